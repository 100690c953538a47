using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Scenes.Hearings;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;
using AvGateway.Scenes.Policy;

namespace AvGateway.Scenes.Tests.Fakes;

/// <summary>The process ended here.</summary>
public sealed class ProcessDied : Exception;

/// <summary>
/// A courtroom of fake devices with its own idea of what must never be: hard-wired inputs and outputs, no tags, no rules shared with the
/// product.
/// </summary>
public sealed class FakeRoom : IDeviceDirectory
{
    public const string Id = "court-1";

    private readonly Dictionary<DeviceId, FakeDevice> _devices = [];
    private readonly HashSet<string> _byHand = [];
    private Courtroom? _courtroom;

    public FakeRoom()
    {
        Clock.NextEvent = NextEvent;
        Clock.Act = Act;
        Matrix = Add("matrix", FakeManifests.Matrix, Enumerable.Range(1, 7).Select(o => ($"output-{o}", (Value)0)));
        Dsp = Add("dsp", FakeManifests.Dsp, Enumerable.Range(1, 4).Select(c => ($"muted-{c}", (Value)true)));
        Mask = Add("mask", FakeManifests.Mask, [("masked", false)]);
        Main = Add("recorder", FakeManifests.Recorder, [("recording", "stopped"), ("recorded", 0), ("storage-left", 90_000)]);
        Backup = Add("backup", FakeManifests.Recorder, [("recording", "stopped"), ("recorded", 0), ("storage-left", 90_000)]);
        Encoder = Add("encoder", FakeManifests.Encoder, [("recording", "stopped")]);
        Codec = Add("codec", FakeManifests.Codec, [("call", "idle"), ("muted", true)]);
        Display = Add("display", FakeManifests.Display, [("power", "off")]);
    }

    public EagerClock Clock { get; } = new();
    public FakeDevice Matrix { get; }
    public FakeDevice Dsp { get; }
    public FakeDevice Mask { get; }
    public FakeDevice Main { get; }
    public FakeDevice Backup { get; }
    public FakeDevice Encoder { get; }
    public FakeDevice Codec { get; }
    public FakeDevice Display { get; }
    public FakeStore Store { get; } = new();

    /// <summary>What goes wrong with the next frame.</summary>
    public Func<Mishap> Mishaps { get; set; } = () => Mishap.None;

    /// <summary>Called before each frame.</summary>
    public Action<FakeDevice, CommandRequest>? OnFrame { get; set; }

    /// <summary>Called after each frame; a hand may reach for the front panel here. Between a verdict and its frame no gateway could help.</summary>
    public Action? AfterFrame { get; set; }

    /// <summary>Steps until the process dies; negative: never.</summary>
    public int DiesAfter { get; set; } = -1;

    /// <summary>Forbidden connections that the gateway made or left when a stage began.</summary>
    public List<string> Crimes { get; } = [];

    public IReadOnlyCollection<IDevice> Devices => _devices.Values;
    public IDevice? Find(DeviceId id) => _devices.GetValueOrDefault(id);

    public static RoomLayout Layout { get; } = MakeLayout();
    public static Actor Judge { get; } = new("judge-1", CourtRole.Judge, [Id]);
    public static Actor Clerk { get; } = new("clerk-1", CourtRole.Clerk, [Id]);
    public static Actor Engineer { get; } = new("engineer", CourtRole.Engineer, []);
    public static Actor Scheduler { get; } = new("scheduler", CourtRole.Scheduler, []);
    public static Actor Admin { get; } = new("admin", CourtRole.Admin, []);

    public static Actor? Who(string name) =>
        name switch
        {
            "judge-1" => Judge,
            "clerk-1" => Clerk,
            "engineer" => Engineer,
            "scheduler" => Scheduler,
            "admin" => Admin,
            _ =>
            null
        };

    /// <summary>The gateway starts, or starts again.</summary>
    public async Task<(Courtroom Courtroom, HearingGuard Guard)> BootAsync(DocketBook? docket = null,
        IReadOnlyCollection<Scene>? scenes = null, GuardOptions? options = null, Func<GuardAudit, bool>? audit = null)
    {
        _courtroom?.Dispose();
        var book = docket ?? new DocketBook(Clock);
        var site = new SiteParts(this, Store, Store, book, RoutePolicy.Standard, Clock, new());
        Store.OnStep = Step;
        Store.OnStage = () => Check("stage");
        foreach (var device in _devices.Values) device.Show();
        var courtroom = new Courtroom(Layout, scenes ?? SceneReader.Standard, site);
        var guard = new HearingGuard([courtroom.Guarded], this, book, Clock, Who, options ?? new(), (row, _) =>
            ValueTask.FromResult(audit?.Invoke(row) ?? true));
        courtroom.Join(guard);
        _courtroom = courtroom;
        await courtroom.StartAsync(Store.Hearing, CancellationToken.None);
        return (courtroom, guard);
    }

    public void Step()
    {
        if (DiesAfter < 0) return;
        if (DiesAfter-- == 0) throw new ProcessDied();
    }

    public Mishap NextMishap() => Mishaps();
    public void BeforeFrame(FakeDevice device, CommandRequest command) => OnFrame?.Invoke(device, command);

    /// <summary>A hand does something at a device. What it makes wrong by itself is not the gateway's crime; the gateway must then end
    /// it.</summary>
    public void Press(FakeDevice device, string property, Value value)
    {
        device.Press(property, value);
        if (property == "masked") _handTookMaskOff = !value.Flag;
        foreach (var wrong in Wrongs()) _byHand.Add(wrong);
        _byHand.IntersectWith(Wrongs());
    }

    // A hand takes the mask off while a frame that was right when it was sent still lies in a slow device: nobody can call it back.
    private bool _handTookMaskOff;

    /// <summary>Looks at the whole room after every change.</summary>
    public void Check(string cause, bool isLate = false)
    {
        var wrongs = Wrongs();
        if (cause == "masked") _handTookMaskOff = false;

        // What a frame of the gateway touched is no longer the hand's.
        if (cause.StartsWith("output-", StringComparison.Ordinal)) _byHand.RemoveWhere(w =>
            w.EndsWith("@" + cause[7..], StringComparison.Ordinal) || w == "witness-room" && cause == "output-7");
        if (cause.StartsWith("muted-", StringComparison.Ordinal)) _byHand.RemoveWhere(w =>
            w.EndsWith("e-" + cause[6..], StringComparison.Ordinal));
        NameAnew(wrongs);
        if (isLate && _handTookMaskOff) _byHand.UnionWith(wrongs.Where(w => w.StartsWith("face@", StringComparison.Ordinal) || w == "voice-4"));
        foreach (var wrong in wrongs)
            if (!_byHand.Contains(wrong)) Crimes.Add($"{wrong} after {cause} in {Store.Stage}");
        _byHand.IntersectWith(wrongs);
    }

    // A forbidden connection that a hand made is still the hand's when a stage or a mask gives it another name, until a frame touches it.
    private void NameAnew(IEnumerable<string> wrongs)
    {
        var outputs = _byHand.Where(w => w.Contains('@', StringComparison.Ordinal)).Select(w => w[w.IndexOf('@', StringComparison.Ordinal)..]).ToHashSet();
        _byHand.UnionWith(wrongs.Where(w => outputs.Any(o => w.EndsWith(o, StringComparison.Ordinal))));
    }

    public IReadOnlyCollection<string> Wrongs()
    {
        var wrongs = new List<string>();
        var stage = Store.Stage;
        var suspended = stage is Stage.Adjourned or Stage.Deliberation;
        var closedDoors = stage is Stage.ClosedEvidence or Stage.Mediation;
        var witnessHeard = stage is Stage.Evidence or Stage.ClosedEvidence or Stage.ProtectedWitness;
        var open = stage is not (Stage.Closed or Stage.Planned or Stage.Preparing) && !suspended;
        var masked = Mask.Physical["masked"].Flag;
        for (var output = 1; output <= 7; output++)
        {
            var input = Matrix.Physical[$"output-{output}"].Integer;
            var trueFace = input == 5 || input == 6 && !masked;
            if (trueFace && output is 2 or 3 or 4 or 5 or 6) wrongs.Add($"face@{output}");
            if (input == 7) wrongs.Add($"deliberation@{output}");
            if (suspended && input is 1 or 2 && output is >= 2 and <= 5) wrongs.Add($"suspended@{output}");
            if (closedDoors && (input is 1 or 2 or 3 || input == 6 && masked) && output is 2 or 3 or 4) wrongs.Add($"private@{output}");
            if (input is 1 or 2 or 3 && output == 7 && !witnessHeard) wrongs.Add("witness-room");
            if (input == 9 && output is >= 2 and <= 5) wrongs.Add($"unlisted@{output}");
        }

        for (var channel = 1; channel <= 4; channel++)
        {
            if (Dsp.Physical[$"muted-{channel}"].Flag) continue;
            if (suspended) wrongs.Add($"microphone-{channel}");
            if (channel == 3 || channel == 4 && !masked) wrongs.Add($"voice-{channel}");
        }

        if (!Codec.Physical["muted"].Flag && suspended) wrongs.Add("remote");
        if (Encoder.Physical["recording"].Text != "stopped" && !(open && !closedDoors && Store.IsPublic)) wrongs.Add("stream");
        return wrongs;
    }

    public void NoteStatus(FakeDevice device)
    {
        _wasHeard = true;
        _courtroom?.StatusChanged(device, device.Status);
    }

    public void NoteTarget(FakeDevice device, string property, Target? target) => _courtroom?.TargetChanged(device, property, target);

    // Whether the gateway heard of anything since the last look: only then a waiter wakes.
    private bool _wasHeard;

    public void NoteReading(FakeDevice device, string property)
    {
        _wasHeard = true;
        if (_courtroom is not null && device.TryGetReading(property, out var reading))
            _courtroom.ReadingChanged(device, property, in reading);
    }

    private FakeDevice Add(string name, DriverManifest manifest, IEnumerable<(string Property, Value Value)> state)
    {
        var device = new FakeDevice(this, new(Id, name), manifest, state.ToDictionary(s => s.Property, s => s.Value));
        _devices.Add(device.Id, device);
        return device;
    }

    // A running recorder counts; seen once a second while anybody waits.
    private TimeSpan _countedAt;

    private TimeSpan? NextEvent()
    {
        TimeSpan? next = null;
        foreach (var device in _devices.Values)
            if (device.NextAt is { } at && (next is null || at < next)) next = at;
        var isCounting = Counts(Main) || Counts(Backup);
        return isCounting && (next is null || _countedAt + TimeSpan.FromSeconds(1) < next) ? _countedAt + TimeSpan.FromSeconds(1) : next;
    }

    private bool Act()
    {
        _wasHeard = false;
        while (Clock.Now - _countedAt >= TimeSpan.FromSeconds(1))
        {
            _countedAt += TimeSpan.FromSeconds(1);
            if (Clock.Now - _countedAt > TimeSpan.FromMinutes(5)) _countedAt = Clock.Now;
            foreach (var recorder in (FakeDevice[])[Main, Backup])
            {
                if (!Counts(recorder)) continue;
                recorder.Tell(Counter, recorder.Physical.GetValueOrDefault(Counter).Integer + 1);
            }
        }

        foreach (var device in _devices.Values) device.Act(Clock.Now);
        return _wasHeard;
    }

    /// <summary>What grows while a recorder records: <c>recorded</c>, or <c>timecode</c> on those that tell no recorded time.</summary>
    public string Counter { get; set; } = "recorded";

    /// <summary>Recorders that say they record and do not.</summary>
    public HashSet<string> Frozen { get; } = [];

    private bool Counts(FakeDevice recorder) => recorder.Physical["recording"].Text == "recording" && !Frozen.Contains(recorder.Id.Name);

    private static RoomLayout MakeLayout()
    {
        static DeviceId Dev(string name) => new(Id, name);
        var veil = new Veil(new(Dev("mask"), "masked"), true, false);
        var matrix = Dev("matrix");
        Sink Out(int number, string name, string? home, params string[] tags) =>
            new(name, new(matrix, $"output-{number}"), 0, [.. tags]) { Home = home };
        Gate Mic(int channel, params string[] tags) => new(
            $"mic-{channel}", new(Dev("dsp"), $"muted-{channel}"), true, false, [Tags.Microphone, .. tags],
                [Tags.Courtroom, Tags.Recording, Tags.Remote, Tags.Stream]);
        return new(Id)
        {
            Sources =
            [
                new("judge-camera", matrix, 1, [Tags.Hearing]),
                new("composite", matrix, 2, [Tags.Hearing]),
                new("document-camera", matrix, 3, [Tags.Evidence]),
                new("notice", matrix, 4, ["notice"]),
                new("true-witness", matrix, 5, [Tags.ProtectedWitness]),
                new("masked-witness", matrix, 6, [Tags.Masked]) { Veil = veil },
                new("deliberation-room", matrix, 7, [Tags.Deliberation]),
            ],
            Sinks =
            [
                Out(1, "judge-display", "composite", Tags.Courtroom),
                Out(2, "gallery-display", "composite", Tags.Gallery),
                Out(3, "lobby-display", null, Tags.Public),
                Out(4, "stream-feed", "composite", Tags.Stream),
                Out(5, "remote-feed", "composite", Tags.Remote),
                Out(6, "record-feed", "composite", Tags.Recording),
                Out(7, "witness-display", null, Tags.WitnessRoom),
            ],
            Gates =
            [
                Mic(1, Tags.Judge),
                Mic(2),
                Mic(3, Tags.ProtectedWitness),
                Mic(4, Tags.ProtectedWitness, Tags.Masked) with { Veil = veil },
                new("far-end", new(Dev("codec"), "muted"), true, false, [Tags.Microphone, Tags.RemoteFeed], [Tags.Remote]),
                new("stream", new(Dev("encoder"), "recording"), "stopped", "recording", [Tags.StreamFeed], [Tags.Stream, Tags.Public]),
            ],
            Recorders = [new(Dev("recorder"), RecorderRole.Main), new(Dev("backup"), RecorderRole.Backup)],
            Codecs = [Dev("codec")],
            Displays = [Dev("display")],
        };
    }
}
