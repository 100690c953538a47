using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Scenes.Model;

/// <summary>A room's layout from JSON (<c>"layout"</c> of a room), with every finding and its place.</summary>
public static class RoomLayoutReader
{
    /// <param name="room">The room's id; a device is named by its id there, or as <c>room/device</c> when it stands elsewhere.</param>
    public static (RoomLayout Layout, ImmutableArray<Finding> Findings) Read(string room, ReadOnlyMemory<byte> json)
    {
        var findings = ImmutableArray.CreateBuilder<Finding>();
        var layout = new RoomLayout(room);
        if (StrictJson.Open(json, findings) is { } file)
        {
            layout = new(room)
            {
                Sources = [.. file.Items("sources").Select(s => ReadSource(room, s))],
                Sinks = [.. file.Items("sinks").Select(s => ReadSink(room, s))],
                Gates =
                [
                    .. file.Items("microphones").Select(g => ReadMicrophone(room, g)),
                    .. file.Items("remote").Select(g => ReadRemote(room, g)),
                    .. file.Items("streams").Select(g => ReadStream(room, g)),
                ],
                Recorders = [.. file.Items("recorders").Select(r => ReadRecorder(room, r))],
                Codecs = [.. file.Texts("codecs").Select(name => Device(room, name))],
                Displays = [.. file.Texts("displays").Select(name => Device(room, name))],
            };
            if (file.Has("pausesFor")) layout = layout with { PausesFor = [.. file.Texts("pausesFor").Select(word => Reason(file, word))] };
            file.End();
            Lint(file, layout);
        }

        return (layout, findings.ToImmutable());
    }

    private static Source ReadSource(string room, StrictJson item)
    {
        var source = new Source(item.Text("name", maximum: 40), Device(room, item.Text("device")), item.Scalar("input"),
            item.Texts("tags"))
        { Veil = ReadVeil(room, item) };
        item.End();
        return source;
    }

    private static Sink ReadSink(string room, StrictJson item)
    {
        var sink = new Sink(item.Text("name", maximum: 40), new(Device(room, item.Text("device")), item.Text("property")),
            item.Scalar("blank"), item.Texts("tags"))
        {
            Home = item.Has("home") ? item.Text("home") : null,
        };
        item.End();
        return sink;
    }

    private static Gate ReadMicrophone(string room, StrictJson item)
    {
        var gate = new Gate(
            item.Text("name", maximum: 40), new(Device(room, item.Text("device")), item.Text("property")), true, false,
            [Tags.Microphone, .. item.Texts("tags")], item.Has("to") ? item.Texts("to")
                : [Tags.Courtroom, Tags.Recording, Tags.Remote, Tags.Stream])
        { Veil = ReadVeil(room, item) };
        item.End();
        return gate;
    }

    private static Gate ReadRemote(string room, StrictJson item)
    {
        var gate = RemoteGate(item.Text("name", maximum: 40), Device(room, item.Text("device")));
        item.End();
        return gate;
    }

    /// <summary>What a codec's mute holds back from the far end.</summary>
    public static Gate RemoteGate(string name, DeviceId codec) =>
        new(name, new(codec, CodecWords.MutedFlag), true, false, [Tags.Microphone, Tags.RemoteFeed], [Tags.Remote]);

    private static Gate ReadStream(string room, StrictJson item)
    {
        var encoder = Device(room, item.Text("device"));
        var gate = new Gate(
            item.Text("name", maximum: 40), new(encoder, RecorderWords.RecordingState), RecordingStates.Stopped,
                RecordingStates.Recording, [Tags.StreamFeed], [Tags.Stream, Tags.Public]);
        item.End();
        return gate;
    }

    private static RecorderSeat ReadRecorder(string room, StrictJson item)
    {
        var seat = new RecorderSeat(Device(room, item.Text("device")), item.Word("role", RecorderRole.Main, isNeeded: true));
        item.End();
        return seat;
    }

    private static Veil? ReadVeil(string room, StrictJson item)
    {
        if (!item.Has("mask") || item.Member("mask") is not { } mask) return null;
        var veil = new Veil(new(Device(room, mask.Text("device")), mask.Text("property")), mask.Scalar("on"), mask.Scalar("off"));
        mask.End();
        return veil;
    }

    private static DeviceId Device(string room, string name) =>
        name.Split('/') is [var other, var device] ? new(other, device) : new(room, name);

    private static LegalReason Reason(StrictJson file, string word)
    {
        var isReason = Enum.TryParse<LegalReason>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var reason);
        if (isReason && reason is LegalReason.Recess or LegalReason.Deliberation or LegalReason.ClosedEvidence or LegalReason.Mediation) return reason;
        file.Find("WORD", $"不是法定中断理由：{word}", $"no legal reason for an interruption: {word}", "pausesFor");
        return LegalReason.None;
    }

    // What a copied line leaves behind is found here and not in court: two things on one point, one input under two names, a home that is
    // nowhere.
    private static void Lint(StrictJson file, RoomLayout layout)
    {
        foreach (var twice in layout.Sinks.Select(s => s.Point).Concat(layout.Gates.Select(g => g.Point)).GroupBy(p => p)
            .Where(g => g.Count() > 1))
            file.Find("TWICE", $"{twice.Key} 被使用多次", $"{twice.Key} is used more than once");
        foreach (var twice in layout.Sources.GroupBy(s => (s.Device, s.Input)).Where(g => g.Count() > 1))
            file.Find("TWICE", $"{twice.Key.Device.Name} 的输入 {twice.Key.Input} 有多个名称",
                $"input {twice.Key.Input} of {twice.Key.Device.Name} has several names");
        foreach (var sink in layout.Sinks)
        {
            if (sink.Home is { } home && layout.FindSource(home, sink.Point.Device) is null)
                file.Find("HOME", $"{sink.Name} 的默认信号源不存在：{home}",
                $"{sink.Name} has no source {home} as its home");
            if (layout.Sources.Any(s => s.Device == sink.Point.Device && s.Input == sink.Blank)) file.Find("BLANK",
                $"{sink.Name} 的黑场与信号源相同", $"the blank of {sink.Name} is a source");
        }

        foreach (var source in layout.Sources.Where(s => !layout.Sinks.Any(k => k.Point.Device == s.Device)))
            file.Find("UNREACHABLE", $"信号源 {source.Name} 无处可显示", $"source {source.Name} can be shown nowhere");
    }
}
