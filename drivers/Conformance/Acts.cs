using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Conformance;

/// <summary>Finds what can be asked of a device as it stands, and what takes it back: the least that its class can show.</summary>
internal static class Acts
{
    private const int MostAtOnce = 4;

    /// <exception cref="NotHereException">Nothing may be touched; the message says what to choose.</exception>
    public static Act Find(ConformancePlan plan, DeviceSnapshot shown)
    {
        var verbs = plan.Manifest.Verbs.Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        if (plan.Manifest.Class is DeviceClass.Recorder) return Recorder(shown);
        if (verbs.Contains(OutletWords.OnVerb)) return Outlet(plan, shown);
        if (verbs.Contains(CodecWords.DialVerb) && plan.Choices.TryGet("uri", out var uri)) return Call(shown, uri);
        if (plan.Manifest.Class is DeviceClass.Camera) return Preset(plan, shown);
        if (verbs.Contains(CodecWords.MuteVerb) && shown[CodecWords.MutedFlag].Kind is ValueKind.Flag) return Mute(shown);
        if (plan.Manifest.Properties.Where(p => p.Set is not null).Select(p => Settable(plan, shown, p)).FirstOrDefault(a => a is not null) is { } act) return act;
        if (verbs.Contains(PowerWords.OffVerb) && verbs.Contains(PowerWords.OnVerb)) return Power(plan, shown);
        throw new NotHereException("nothing of this device can be set and read back; choose with --set NAME=VALUE");
    }

    // A recording that runs belongs to a hearing: it is not touched, whatever was allowed.
    internal static Act Recorder(DeviceSnapshot shown) => shown[RecorderWords.RecordingState].Text is RecordingStates.Stopped
        ? new(RecorderWords.RecordVerb, Arguments.None, RecorderWords.RecordingState, RecordingStates.Recording)
        {
            Back = new(RecorderWords.StopVerb, Arguments.None, RecorderWords.RecordingState, RecordingStates.Stopped),
        }
        : throw new NotHereException($"the recorder is {shown[RecorderWords.RecordingState]}, and a recording is not touched");

    internal static Act Outlet(ConformancePlan plan, DeviceSnapshot shown)
    {
        if (!plan.Choices.TryGet(OutletWords.OutletArgument, out var outlet))
            throw new NotHereException("an outlet may feed anything; name one that may be switched, with --set outlet=N");
        return SwitchOver(shown, (int)outlet.Integer);
    }

    internal static Act Call(DeviceSnapshot shown, Value uri) => shown[CodecWords.CallState].Text is CallStates.Idle
        ? new(CodecWords.DialVerb, Arguments.Of(("uri", uri)), CodecWords.CallState, CallStates.Connected)
        {
            Back = new(CodecWords.HangUpVerb, Arguments.None, CodecWords.CallState, CallStates.Idle),
        }
        : throw new NotHereException($"the codec is {shown[CodecWords.CallState]}, and a call is not touched");

    internal static Act Preset(ConformancePlan plan, DeviceSnapshot shown)
    {
        if (!plan.Choices.TryGet("preset", out var to) || !plan.Choices.TryGet("home", out var home))
            throw new NotHereException("a camera turns: name two presets that it may stand at, with --set preset=N --set home=M");
        Act At(Value n) => new(CameraWords.RecallVerb, Arguments.Of((CameraWords.NumberArgument, n)), CameraWords.Preset, n);
        return shown[CameraWords.Preset] == to ? At(home) with { Back = At(to) } : At(to) with { Back = At(home) };
    }

    internal static Act Mute(DeviceSnapshot shown)
    {
        var isMuted = shown[CodecWords.MutedFlag].Flag;
        static Act To(bool muted) => new(muted ? CodecWords.MuteVerb : CodecWords.UnmuteVerb, Arguments.None, CodecWords.MutedFlag, muted);
        return To(!isMuted) with { Back = To(isMuted) };
    }

    internal static Act Power(ConformancePlan plan, DeviceSnapshot shown)
    {
        if (plan.FarEnd is null && !plan.Choices.TryGet("power", out _)) throw new NotHereException("only its power could be switched; allow it with --set power=true");
        static Act To(bool on) => new(on ? PowerWords.OnVerb : PowerWords.OffVerb, Arguments.None, PowerWords.PowerState, on ? PowerStates.On : PowerStates.Off);
        var isOn = shown[PowerWords.PowerState].Text == PowerStates.On;
        return To(!isOn) with { Back = To(isOn) };
    }

    internal static Act? Settable(ConformancePlan plan, DeviceSnapshot shown, PropertySpec property)
    {
        var verb = plan.Manifest.Verbs.First(v => v.Name == property.Set!.Verb);
        var names = shown.Readings.Where(r => r.Value.Quality is Quality.Good && property.Matches(r.Key, out _)).Select(r => r.Key);
        foreach (var name in names.OrderDescending(Numbered.Instance))
        {
            property.Matches(name, out var index);
            if (property.Set!.IndexArgument is { } chosen && plan.Choices.TryGet(chosen, out var wanted) && wanted.Integer != index) continue;
            if (Other(plan, shown, verb.Arguments.First(a => a.Name == property.Set!.ValueArgument), shown[name]) is not { } other) continue;
            Act To(Value value)
            {
                var arguments = Arguments.None.With(property.Set!.ValueArgument, value);
                return new(verb.Name, property.Set!.IndexArgument is { } at ? arguments.With(at, index) : arguments, name, value);
            }

            return To(other) with { Back = To(shown[name]) };
        }

        return null;
    }

    /// <summary>Brings one property to a value, with the way back to what is shown; null where it cannot be set.</summary>
    internal static Act? To(DriverManifest manifest, DeviceSnapshot shown, string name, Value value)
    {
        foreach (var property in manifest.Properties)
        {
            if (property.Set is not { } set || !property.Matches(name, out var index)) continue;
            Act At(Value at)
            {
                var arguments = Arguments.None.With(set.ValueArgument, at);
                return new(set.Verb, set.IndexArgument is { } numbered ? arguments.With(numbered, index) : arguments, name, at);
            }

            return At(value) with { Back = shown[name].Kind is ValueKind.None ? null : At(shown[name]) };
        }

        return null;
    }

    /// <summary>Switches one outlet over, and back.</summary>
    internal static Act SwitchOver(DeviceSnapshot shown, int outlet)
    {
        var property = OutletWords.Outlet(outlet);
        var isOn = shown[property].Text == PowerStates.On;
        Act At(bool on) => new(on ? OutletWords.OnVerb : OutletWords.OffVerb, Arguments.Of((OutletWords.OutletArgument, outlet)), property, on ? PowerStates.On : PowerStates.Off);
        return At(!isOn) with { Back = At(isOn) };
    }

    /// <summary>Mutes or opens one channel of an audio device, and takes it back.</summary>
    internal static Act MuteOver(DeviceSnapshot shown, int channel)
    {
        var property = AudioWords.Muted(channel);
        Act At(bool muted) => new(muted ? AudioWords.MuteVerb : AudioWords.UnmuteVerb, Arguments.Of((AudioWords.ChannelArgument, channel)), property, muted);
        return At(!shown[property].Flag) with { Back = At(shown[property].Flag) };
    }

    /// <summary>Numbers of what is shown under a name such as <c>muted-3</c>, the last first.</summary>
    internal static IEnumerable<int> Numbers(DeviceSnapshot shown, PropertySpec property) => shown.Readings
        .Where(r => r.Value.Value.Kind is not ValueKind.None && property.Matches(r.Key, out _))
        .Select(r => property.Matches(r.Key, out var number) ? number : 0)
        .OrderDescending();

    /// <summary>What may be touched at once: on a simulated device the last few, on a real one those that <c>--set NAME=1,2</c> names.</summary>
    internal static IReadOnlyList<int> Several(ConformancePlan plan, string choice, IEnumerable<int> there)
    {
        if (plan.FarEnd is not null) return [.. there.Take(MostAtOnce)];
        if (!plan.Choices.TryGet(choice, out var named)) throw new NotHereException($"only one may be touched; name several with --set {choice}=1,2");
        var wanted = named.ToString().Split(',').Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToHashSet();
        return [.. there.Where(wanted.Contains)];
    }

    /// <summary>Another value that the argument can take; null where none is known.</summary>
    private static Value? Other(ConformancePlan plan, DeviceSnapshot shown, ArgumentSpec argument, Value now)
    {
        if (now.Kind is ValueKind.None) return null;
        if (plan.Choices.TryGet(argument.Name, out var chosen) && chosen != now) return chosen;
        switch (argument.Kind)
        {
            case ValueKind.Flag: return !now.Flag;
            case ValueKind.Text: return argument.OneOf?.Where(w => w != now.Text).Select(w => (Value?)w).FirstOrDefault();
            case ValueKind.Integer when argument.Extent is { } extent && shown.Extents.TryGetValue(extent, out var count):
                for (var n = argument.First; n < argument.First + count; n++)
                {
                    if (n != now.Integer) return n;
                }

                return null;
            case ValueKind.Integer when argument.Max is { } most: return now.Integer < most ? now.Integer + 1 : now.Integer - 1;
            case ValueKind.Number when argument.Min is { } least && argument.Max is not null: return now.Number > least ? now.Number - 1 : now.Number + 1;
            default: return null;
        }
    }

    /// <summary>The last one is the least likely to be in use.</summary>
    private sealed class Numbered : IComparer<string>
    {
        public static readonly Numbered Instance = new();

        public int Compare(string? x, string? y) => x!.Length != y!.Length ? x.Length.CompareTo(y.Length) : string.CompareOrdinal(x, y);
    }
}
