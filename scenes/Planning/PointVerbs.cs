using System.Globalization;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Planning;

/// <summary>A verb with its arguments that brings a point to a value.</summary>
public sealed record PointCommand(VerbSpec Verb, Arguments Args);

/// <summary>What is known of a frame before it goes: the point that it changes and the value that it gives it.</summary>
public readonly record struct FrameEffect(Point Point, Value Value);

/// <summary>
/// Values to verbs and back, from the driver's manifest where it says how a property is set, else from the words of the device classes
/// (CONTRACT §3).
/// </summary>
public static class PointVerbs
{
    public const string MutedFlag = "muted";
    public const string ChannelMutedPrefix = "muted-";
    public const string ChannelArgument = "channel";

    private const string MuteVerb = CodecWords.MuteVerb;
    private const string UnmuteVerb = CodecWords.UnmuteVerb;

    /// <summary>The command for a wish; null when this device has no verb that does it.</summary>
    /// <param name="seen">What the device shows now: a paused recorder is resumed, a stopped one started.</param>
    public static PointCommand? For(DriverManifest manifest, string property, Value value, Value seen)
    {
        if (Find(manifest, property, out var index) is { Set: { } set } && Verb(manifest, set.Verb) is { } setter)
        {
            var args = Arguments.None.With(set.ValueArgument, value);
            return new(setter, set.IndexArgument is { } name ? args.With(name, index) : args);
        }

        if (property.StartsWith(ChannelMutedPrefix, StringComparison.Ordinal))
        {
            var channel = property[ChannelMutedPrefix.Length..];
            return Verb(manifest, value.Flag ? MuteVerb : UnmuteVerb) is { } mute
                ? new(mute, Arguments.Of((ChannelArgument, Channel(mute, channel)))) : null;
        }

        var word = property switch
        {
            MutedFlag => value.Flag ? MuteVerb : UnmuteVerb,
            RecorderWords.RecordingState => Transport(value.Text, seen.Text),
            CodecWords.CallState => value.Text is CallStates.Idle ? CodecWords.HangUpVerb : null,
            PowerWords.PowerState =>
                value.Text is PowerStates.On ? PowerWords.OnVerb : value.Text is PowerStates.Off ? PowerWords.OffVerb : null,
            _ => null,
        };
        return word is not null && Verb(manifest, word) is { } verb ? new(verb, Arguments.None) : null;
    }

    /// <summary>The effect of a command; null when it is on no single point that can be told beforehand.</summary>
    public static FrameEffect? Of(DriverManifest manifest, DeviceId device, string verb, Arguments args)
    {
        foreach (var property in manifest.Properties)
            if (property.Set is { } set && set.Verb == verb && Setting(property, set, args) is { } setting)
                return new(new(device, setting.Property), setting.Value);

        return verb switch
        {
            MuteVerb or UnmuteVerb =>
                new(new(device, args.TryGet(ChannelArgument, out var channel) ? ChannelMutedPrefix + channel : MutedFlag),
                verb == MuteVerb),
            RecorderWords.RecordVerb or RecorderWords.ResumeVerb =>
                new(new(device, RecorderWords.RecordingState), RecordingStates.Recording),
            RecorderWords.PauseVerb => new(new(device, RecorderWords.RecordingState), RecordingStates.Paused),
            RecorderWords.StopVerb => new(new(device, RecorderWords.RecordingState), RecordingStates.Stopped),
            CodecWords.HangUpVerb => new(new(device, CodecWords.CallState), CallStates.Idle),
            PowerWords.OnVerb => new(new(device, PowerWords.PowerState), PowerStates.On),
            PowerWords.OffVerb => new(new(device, PowerWords.PowerState), PowerStates.Off),
            _ => null,
        };
    }

    public static VerbSpec? Verb(DriverManifest manifest, string name)
    {
        foreach (var verb in manifest.Verbs)
            if (verb.Name == name) return verb;
        return null;
    }

    // Null when an argument is left out that says which one is set, or to what.
    private static (string Property, Value Value)? Setting(PropertySpec property, SetSpec set, Arguments args)
    {
        if (!args.TryGet(set.ValueArgument, out var value)) return null;
        if (property.Index is null) return (property.Name, value);
        if (set.IndexArgument is null || !args.TryGet(set.IndexArgument, out var index)) return null;
        return (property.Name.Replace($"{{{property.Index}}}", index.ToString(), StringComparison.Ordinal), value);
    }

    private static string? Transport(string wished, string seen) => wished switch
    {
        RecordingStates.Recording => seen is RecordingStates.Paused ? RecorderWords.ResumeVerb : RecorderWords.RecordVerb,
        RecordingStates.Paused => RecorderWords.PauseVerb,
        RecordingStates.Stopped => RecorderWords.StopVerb,
        _ => null,
    };

    private static PropertySpec? Find(DriverManifest manifest, string property, out int index)
    {
        index = 0;
        foreach (var spec in manifest.Properties)
            if (spec.Matches(property, out index)) return spec;
        return null;
    }

    // Some mixers number their channels, some name them: the manifest says which.
    private static Value Channel(VerbSpec verb, string channel)
    {
        var isNumber = verb.Arguments.Any(a => a.Name == ChannelArgument && a.Kind is ValueKind.Integer);
        return isNumber && int.TryParse(channel, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : channel;
    }
}
