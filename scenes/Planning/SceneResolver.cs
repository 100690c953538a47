using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Model;

namespace AvGateway.Scenes.Planning;

/// <summary>A wish for one point with its place in the order.</summary>
/// <param name="IsTest">Start or end of a test recording: both go out, or neither.</param>
internal sealed record RankedWish(Point Point, Value Value, StepRank Rank, string Subject, bool IsTest = false);

/// <summary>Turns the words of a scene into wishes for the points of one room. Later targets win over earlier ones.</summary>
internal sealed class SceneResolver(RoomLayout layout, Func<DeviceId, DriverManifest?> manifests)
{
    public const string Closed = "closed";
    public const string Open = "open";
    public const string AsDocket = "as-docket";
    public const string Blank = "blank";
    public const string Home = "home";
    public const string ShowPrefix = "show:";
    public const string Recording = "recording";
    public const string Interrupted = "interrupted";
    public const string Stopped = "stopped";
    public const string Tested = "tested";
    public const string Ended = "ended";
    public const string On = "on";
    public const string Off = "off";

    private readonly List<RankedWish> _wishes = [];
    private readonly ImmutableArray<Finding>.Builder _notes = ImmutableArray.CreateBuilder<Finding>();

    public (IReadOnlyList<RankedWish> Wishes, ImmutableArray<Finding> Notes) Resolve(Scene scene, bool isPublic)
    {
        foreach (var target in scene.Targets) Resolve(scene, target, isPublic);
        return (_wishes, _notes.ToImmutable());
    }

    private void Resolve(Scene scene, SceneTarget target, bool isPublic)
    {
        switch (target.Kind)
        {
            case TargetKind.Microphones: Gates(target, Tags.Microphone, isPublic); break;
            case TargetKind.Streams: Gates(target, Tags.StreamFeed, isPublic); break;
            case TargetKind.Remote: Gates(target, Tags.RemoteFeed, isPublic); break;
            case TargetKind.Sinks: Sinks(target); break;
            case TargetKind.Recorders: Recorders(scene, target); break;
            case TargetKind.Veils:
                foreach (var veil in layout.Veils)
                    Add(veil.Point, target.Be is On ? veil.On : veil.Off, target.Be is On ? StepRank.Veil
                        : StepRank.Unveil, veil.Point.ToString());
                break;
            case TargetKind.Calls:
                foreach (var codec in layout.Codecs) Add(new(codec, CodecWords.CallState), CallStates.Idle, StepRank.HangUp, codec.Name);
                break;
            case TargetKind.Displays:
                foreach (var display in layout.Displays) Add(new(display, PowerWords.PowerState), PowerStates.On, StepRank.PowerOn,
                    display.Name);
                break;
            case TargetKind.Point:
                var point = new Point(new(layout.Room, target.Device!), target.Property!);
                Add(point, target.Value, StepRank.Set, point.ToString());
                break;
        }
    }

    private void Gates(SceneTarget target, string kind, bool isPublic)
    {
        var opens = target.Be is Open || target.Be is AsDocket && isPublic;
        foreach (var gate in layout.Gates)
        {
            // A mute towards the remote party carries microphones, but is switched with the call and not with the seats.
            if (!gate.From.Contains(kind) || kind is Tags.Microphone && gate.From.Contains(Tags.RemoteFeed) || !Fits(target, gate.From))
                continue;
            var isStream = kind is Tags.StreamFeed;
            var rank = (opens, isStream) switch
            {
                (true, true) => StepRank.StartStream,
                (true, false) => StepRank.Open,
                (false, true) => StepRank.StopStream,
                _ => StepRank.Mute,
            };
            Add(gate.Point, opens ? gate.Open : gate.Closed, rank, gate.Name);
        }
    }

    private void Sinks(SceneTarget target)
    {
        foreach (var sink in layout.Sinks)
        {
            if (!Fits(target, sink.Tags)) continue;
            var input = SourceFor(sink, target.Be) ?? sink.Blank;
            Add(sink.Point, input, input == sink.Blank ? StepRank.Blank : StepRank.Route, sink.Name);
        }
    }

    private Value? SourceFor(Sink sink, string be)
    {
        string[] names = be switch
        {
            Blank => [Blank],
            Home => [sink.Home ?? Blank],
            _ => be[ShowPrefix.Length..].Split('|'),
        };
        foreach (var name in names)
        {
            if (name is Blank) return null;
            if (layout.FindSource(name, sink.Point.Device) is { } source) return source.Input;
        }

        Note(sink.Name, "SCENE-NO-SOURCE", $"没有信号源 {be}，显示黑场", $"no source for {be}: shows nothing");
        return null;
    }

    private void Recorders(Scene scene, SceneTarget target)
    {
        foreach (var seat in layout.Recorders)
        {
            var point = new Point(seat.Device, RecorderWords.RecordingState);
            switch (target.Be)
            {
                case Recording:
                    Add(point, RecordingStates.Recording, StepRank.Record, seat.Device.Name);
                    Prove(seat.Device);
                    break;
                case Tested:
                    Add(point, RecordingStates.Recording, StepRank.Record, seat.Device.Name, isTest: true);
                    Prove(seat.Device, isTest: true);
                    _wishes.Add(new(point, RecordingStates.Stopped, StepRank.Interrupt, seat.Device.Name, IsTest: true));
                    break;
                case Interrupted when layout.PausesFor.Contains(scene.LegalReason):
                    // Some recorders cannot pause: ending the file is then the only interruption they know.
                    var pauses = manifests(seat.Device) is { } manifest && PointVerbs.Verb(manifest, RecorderWords.PauseVerb) is not null;
                    Add(point, pauses ? RecordingStates.Paused : RecordingStates.Stopped, StepRank.Interrupt, seat.Device.Name);
                    break;
                case Stopped:
                    Add(point, RecordingStates.Stopped, StepRank.Interrupt, seat.Device.Name);
                    break;
            }
        }
    }

    private void Prove(DeviceId recorder, bool isTest = false) =>
        Add(new(recorder, RecorderWords.RecordedTime), default, StepRank.Prove, recorder.Name, isTest);

    private void Add(Point point, Value value, StepRank rank, string subject, bool isTest = false)
    {
        _wishes.RemoveAll(w => w.Point == point);
        _wishes.Add(new(point, value, rank, subject, isTest));
    }

    private void Note(string place, string code, string zh, string en) => _notes.Add(new(place, code, new(zh, en)));

    private static bool Fits(SceneTarget target, ImmutableArray<string> tags) => target.Tagged is Tags.Any || tags.Contains(target.Tagged);
}
