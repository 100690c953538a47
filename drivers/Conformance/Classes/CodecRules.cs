using AvGateway.Classes;
using AvGateway.Devices;
using static AvGateway.Drivers.Conformance.Checks;

namespace AvGateway.Drivers.Conformance.Classes;

/// <summary>A video conference codec: a call is connected when it is seen connected, and an address is nothing more than an address.</summary>
internal static class CodecRules
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly string[] MoreThanAnAddress = ["a\r\nxCommand SystemUnit Boot", "a\nxCommand SystemUnit Boot", "a\0b", "a\\", "a\u0085b", ""];

    public static IReadOnlyList<Check> All { get; } =
    [
        new("addresses", Grade.Room, Needs.Acts, new("An address that could be more than an address never reaches the wire", "可能夹带命令的地址不会发送"), AddressesAsync),
        new("ringing", Grade.Room, Needs.Acts | Needs.Act, new("Ringing is not yet a call", "振铃不等于接通"), RingingAsync),
        new("hang-up-all", Grade.Room, Needs.Acts | Needs.Act, new("One hang-up ends every call", "一次挂断结束所有通话"), HangUpAllAsync),
        new("far-end-ends", Grade.Room, Needs.Acts | Needs.Act | Needs.Unkindness, new("A call that the far end ends is told, with its cause", "对端挂断会报告并说明原因"), FarEndEndsAsync),
        new("microphones", Grade.Room, Needs.Acts, new("Microphones are muted and opened when they are seen to be", "麦克风静音与恢复以设备显示为准"), MicrophonesAsync),
        new("volume-by-hand", Grade.Room, Needs.Acts | Needs.Hand, new("A volume that somebody turns is followed", "手动调节的音量会显示"), VolumeAsync),
    ];

    private static async Task AddressesAsync(Subject s)
    {
        if (s.Plan.FarEnd is null && !s.Plan.Choices.TryGet("uri", out _)) throw new NotHereException("a codec calls; name somebody who may be called, with --set uri=…");
        Call(s);
        foreach (var text in MoreThanAnAddress) await ArgumentRules.RejectedAsync(s, new(CodecWords.DialVerb, Arguments.Of(("uri", text)), CodecWords.CallState, Value.None));
    }

    private static async Task RingingAsync(Subject s)
    {
        var call = Call(s);
        var sight = s.Look();
        await s.VerifyAsync(call);
        await s.PassAsync(Moment);
        var states = sight.Of(CodecWords.CallState).Select(v => v.Text).ToArray();
        await s.VerifyBackAsync(call);
        Keep(!states.SkipWhile(state => state != CallStates.Connected).Any(state => state is CallStates.Dialling or CallStates.Ringing), $"it was shown as {string.Join(", ", states)}");
    }

    private static async Task HangUpAllAsync(Subject s)
    {
        var call = Call(s);
        await s.VerifyAsync(call);
        if (s.Plan.Choices.TryGet("second-uri", out var second)) await s.VerifyAsync(call with { Arguments = Arguments.Of(("uri", second)), Back = null });
        var calls = s.Snapshot[CodecWords.CallCount];
        await s.VerifyBackAsync(call);
        Keep(s.Snapshot[CodecWords.CallState].Text is CallStates.Idle, $"it is shown as {s.Snapshot[CodecWords.CallState]} after a hang-up");
        Keep(calls.Kind is ValueKind.None || s.Snapshot[CodecWords.CallCount] == 0, $"{s.Snapshot[CodecWords.CallCount]} of {calls} calls are left after a hang-up");
    }

    private static async Task FarEndEndsAsync(Subject s)
    {
        var call = Call(s);
        await s.VerifyAsync(call);
        var sight = s.Look();
        await ClassRules.ByHandAsync(s, new(HandWords.FarEndHangsUp, Arguments.None, CodecWords.CallState, CallStates.Idle));
        s.WasTakenBack(call);
        Keep(await s.TryUntilAsync(() => sight.Events.Any(e => e.Type == CodecWords.CallEnded), s.TwoPolls), "the end of the call was shown and not told");
        Keep(sight.Events.First(e => e.Type == CodecWords.CallEnded).Details.TryGet("cause", out var cause) && cause.Text.Length > 0, "the end of the call was told without its cause");
    }

    private static async Task MicrophonesAsync(Subject s)
    {
        if (s.Manifest.Verbs.All(v => v.Name != CodecWords.MuteVerb) || s.Snapshot[CodecWords.MutedFlag].Kind is not ValueKind.Flag) throw new NotHereException("its microphones are not shown");
        var act = Acts.Mute(s.Snapshot);
        await s.VerifyAsync(act);
        await s.VerifyBackAsync(act);
    }

    private static async Task VolumeAsync(Subject s)
    {
        if (s.Manifest.Properties.FirstOrDefault(p => p.Name == CodecWords.VolumeLevel && p.Set is not null) is not { } volume) throw new NotHereException("its volume cannot be set");
        if (Acts.Settable(s.Plan, s.Snapshot, volume) is not { } act) throw new NotHereException("its volume is not shown");
        await ClassRules.ByHandAsync(s, act);
        await s.VerifyAsync(act.Back! with { Back = null });
    }

    private static Act Call(Subject s)
    {
        if (s.Manifest.Verbs.All(v => v.Name != CodecWords.DialVerb)) throw new NotHereException("it cannot dial");
        if (!s.Plan.Choices.TryGet("uri", out var uri)) throw new NotHereException("a codec calls; name somebody who may be called, with --set uri=…");
        return Acts.Call(s.Snapshot, uri);
    }
}
