using System.Collections.Immutable;
using AvGateway.Devices;

namespace AvGateway.Scenes.Model;

/// <summary>One property of one device.</summary>
public readonly record struct Point(DeviceId Device, string Property)
{
    public override string ToString() => $"{Device.Name}.{Property}";
}

/// <summary>A point and the value that a scene wishes it to show.</summary>
public sealed record Wish(Point Point, Value Value);

/// <summary>
/// What hides a protected witness: while the point shows <see cref="On"/>, seen and not assumed, what passes it counts as masked; else as
/// the true face or voice.
/// </summary>
public sealed record Veil(Point Point, Value On, Value Off);

/// <summary>Something that can be shown: an input of a matrix or of a display.</summary>
/// <param name="Device">The device whose input it is.</param>
/// <param name="Input">What the sink's point shows while this source is there: the input's number, or a display's input name.</param>
public sealed record Source(string Name, DeviceId Device, Value Input, ImmutableArray<string> Tags)
{
    public Veil? Veil { get; init; }
}

/// <summary>Something that shows one source at a time.</summary>
/// <param name="Blank">The value that shows nothing.</param>
public sealed record Sink(string Name, Point Point, Value Blank, ImmutableArray<string> Tags)
{
    /// <summary>Name of the source that it shows when nothing special goes on; null: nothing.</summary>
    public string? Home { get; init; }
}

/// <summary>Something that lets picture or sound through or does not: a microphone's mute, the mute towards a remote party, a stream
/// encoder.</summary>
/// <param name="Closed">The only value that counts as closed; anything else seen is open, anything not seen may be.</param>
/// <param name="From">Tags of what passes.</param>
/// <param name="To">Tags of where it arrives.</param>
public sealed record Gate(string Name, Point Point, Value Closed, Value Open, ImmutableArray<string> From, ImmutableArray<string> To)
{
    public Veil? Veil { get; init; }
}

public enum RecorderRole { Main, Backup }

/// <summary>A recorder of this room and what it is there for.</summary>
public sealed record RecorderSeat(DeviceId Device, RecorderRole Role);

/// <summary>What a room has, in the words that scenes and rules speak.</summary>
public sealed record RoomLayout(string Room)
{
    public ImmutableArray<Source> Sources { get; init; } = [];
    public ImmutableArray<Sink> Sinks { get; init; } = [];
    public ImmutableArray<Gate> Gates { get; init; } = [];
    public ImmutableArray<RecorderSeat> Recorders { get; init; } = [];

    /// <summary>Conference codecs: their calls are ended by closing, all legs of them.</summary>
    public ImmutableArray<DeviceId> Codecs { get; init; } = [];

    public ImmutableArray<DeviceId> Displays { get; init; } = [];

    /// <summary>Legal interruptions in which this court pauses the recording; in the others it goes on and the log carries a
    /// seal.</summary>
    public ImmutableHashSet<LegalReason> PausesFor { get; init; } = [LegalReason.Deliberation];

    public IEnumerable<Veil> Veils =>
        Sources.Select(s => s.Veil).Concat(Gates.Select(g => g.Veil)).OfType<Veil>().Distinct();

    public Source? FindSource(string name, DeviceId device) => Sources.FirstOrDefault(s => s.Name == name && s.Device == device);
    /// <summary>Every device that something of this layout stands on, once.</summary>
    public IEnumerable<DeviceId> Devices =>
        Recorders.Select(r => r.Device).Concat(Codecs).Concat(Displays).Concat(Sources.Select(s => s.Device))
            .Concat(Sinks.Select(s => s.Point.Device)).Concat(Gates.Select(g => g.Point.Device)).Concat(Veils.Select(v => v.Point.Device)).Distinct();

    public bool Names(DeviceId device) => Devices.Contains(device);

    public bool IsRecorder(DeviceId device) => Recorders.Any(r => r.Device == device);
}

/// <summary>The tags that the shipped rules and scenes know; a court may add its own.</summary>
public static class Tags
{
    /// <summary>Microphones, cameras and mixes of the courtroom.</summary>
    public const string Hearing = "hearing";
    public const string Evidence = "evidence";
    public const string Microphone = "microphone";

    /// <summary>The true face or voice of somebody who must not be known. A veil that is seen on turns it into <see
    /// cref="Masked"/>.</summary>
    public const string ProtectedWitness = "protected-witness";
    public const string Masked = "masked";
    public const string Deliberation = "deliberation";
    public const string StreamFeed = "stream-feed";
    public const string RemoteFeed = "remote-feed";

    /// <summary>Given by the policy to an input that the layout does not name.</summary>
    public const string Unlisted = "unlisted";

    public const string Public = "public";
    public const string Gallery = "gallery";
    public const string Stream = "stream";
    public const string Remote = "remote";
    public const string WitnessRoom = "witness-room";
    public const string Recording = "recording";
    public const string Courtroom = "courtroom";

    public const string Judge = "judge";
    public const string Any = "*";
}

/// <summary>Why a recording may be interrupted by the law (SPC recording rule, article 3), or what marks its planned end.</summary>
public enum LegalReason { None, Recess, Deliberation, ClosedEvidence, Mediation, Closing, TestRecording }

/// <summary>Names of the reasons as the log prints them.</summary>
public static class LegalReasonNames
{
    public static Wording Name(this LegalReason reason) => reason switch
    {
        LegalReason.Recess => new("休庭", "recess"),
        LegalReason.Deliberation => new("合议", "deliberation"),
        LegalReason.ClosedEvidence => new("不公开质证", "evidence not heard in public"),
        LegalReason.Mediation => new("调解", "mediation"),
        LegalReason.Closing => new("闭庭", "closing of the hearing"),
        LegalReason.TestRecording => new("庭前测试录制", "test recording before the hearing"),
        _ => new("无", "none"),
    };
}
