using System.Collections.Immutable;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Access;
using AvGateway.Operations.Commands;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Rooms;
using AvGateway.Scenes.Hearings.Docket;
using AvGateway.Testing;
using AvGateway.Testing.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace AvGateway.Operations.Tests.Inspections;

/// <summary>A courtroom with a matrix, a recorder and a display, and an inspector before it, on a virtual clock.</summary>
internal sealed class InspectionBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(200);

    public InspectionBench(FakeState? state = null, InspectionSettings? settings = null, bool withCodec = false)
    {
        State = state ?? new();
        Matrix = new(new("court-1", "matrix"), InspectedDevice.Matrix, Clock, Gate);
        Recorder = new(new("court-1", "recorder"), InspectedDevice.Recorder, Clock, Gate);
        Display = new(new("court-1", "display"), InspectedDevice.Display, Clock, Gate);
        Codec = new(new("court-1", "codec"), InspectedDevice.Codec, Clock, Gate);
        Camera = new(new("court-1", "camera"), InspectedDevice.Camera, Clock, Gate);
        for (var i = 1; i <= 4; i++) Matrix.Shows(MatrixWords.Output(i), i);
        Recorder.Shows(RecorderWords.RecordingState, RecordingStates.Stopped);
        Display.Shows(DisplayWords.LampTime, 1200);
        Codec.Shows(CodecWords.CallState, CallStates.Idle);
        Directory = new(withCodec ? [Matrix, Recorder, Display, Codec, Camera] : [Matrix, Recorder, Display]);
        var users = new FakeUsers(new("engineer", Role.Engineer, []), new("scheduler", Role.Scheduler, []), new("clerk-1", Role.Clerk, ["court-1"]));
        Users = users;
        Docket = new(Clock, DocketSource.Push);
        Book();
        House = new([new(new("court-1"), [])], new(Directory, users, State, Journal, Docket, Gate, Clock, NullLogger<Courthouse>.Instance));
        Faults = new(new(new([]), SiteGraph.Empty, new NobodyKnows(), TimeZoneInfo.Utc), State, Journal, Clock, NullLogger<FaultWatch>.Instance);
        Router = new(new(), new(Directory, users, Clock), new("city"), new FakeLedger(Journal), Journal, Clock, NullLogger<CommandRouter>.Instance);
        var site = new InspectionSite(
            [new("court-1", new("第一审判庭", "Courtroom 1"))],
            [.. Directory.All.Select(d => new RegisteredDevice(d.Id, new(d.Id.Name, d.Id.Name), IsOptional: false, TimeSpan.FromSeconds(5)))])
        {
            Name = new("示例法院", "Example Court"),
            Settings = settings ?? new(),
        };
        Site = site;
        Paced = new(Clock);
        Inspector = new(new(site, Directory, House, Faults, Router, State, Journal, Paced, NullLogger<Inspector>.Instance)
        {
            Said = device => ((InspectedDevice)device).IsMute ? (0, 0) : (Clock.GetTimestamp(), Clock.GetTimestamp()),
            OnHours = device => Hours?.Of(device),
            File = Filed.Add,
        });
    }

    public VirtualClock Clock { get; } = new();
    public PacedClock Paced { get; }
    public FrameGuard Gate { get; } = new();
    public FakeState State { get; }
    public FakeJournal Journal { get; } = new();
    public FakeUsers Users { get; }
    public DocketBook Docket { get; }
    public Courthouse House { get; }
    public FaultWatch Faults { get; }
    public CommandRouter Router { get; }
    public InspectionSite Site { get; }
    public Inspector Inspector { get; }
    public List<Inspection> Filed { get; } = [];
    public OwnDirectory Directory { get; }
    public InspectedDevice Matrix { get; }
    public InspectedDevice Recorder { get; }
    public InspectedDevice Display { get; }
    public InspectedDevice Codec { get; }
    public InspectedDevice Camera { get; }
    public HoursWatch? Hours { get; set; }

    public static async Task<InspectionBench> StartAsync(FakeState? state = null, InspectionSettings? settings = null, bool withCodec = false)
    {
        var bench = new InspectionBench(state, settings, withCodec);
        await bench.House.RestoreAsync(isFirstStart: true, Xunit.TestContext.Current.CancellationToken);
        await bench.Inspector.RestoreAsync(Xunit.TestContext.Current.CancellationToken);
        return bench;
    }

    /// <summary>The docket of the day: minutes from now.</summary>
    public void Book(params (int From, int To)[] hearings) => Docket.Accept(DocketSource.Push, new(
        [.. hearings.Select((h, i) => new DocketEntry("court-1", $"h{i}", Clock.GetUtcNow().AddMinutes(h.From), Clock.GetUtcNow().AddMinutes(h.To), false))], []));

    public async Task<Inspection> InspectAsync(string profile = "weekly", string by = "engineer")
    {
        var answer = await Inspector.StartAsync(new(profile, [], by), Xunit.TestContext.Current.CancellationToken);
        Assert.Null(answer.Refusal);
        return await EndAsync(answer.Inspection!.Id);
    }

    /// <summary>Lets time pass until it has ended.</summary>
    public async Task<Inspection> EndAsync(string id)
    {
        var ending = Inspector.EndOf(id)!;
        await PassUntilAsync(() => ending.IsCompleted);
        return await ending;
    }

    /// <summary>Lets time pass while somebody waits for it; where nobody does for a while, a little all the same.</summary>
    public async Task PassUntilAsync(Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        var idle = began;
        while (!isSo())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience) throw new TimeoutException("it did not come to pass");
            if (Paced.IsWaitedFor || TimeProvider.System.GetElapsedTime(idle) > Idle)
            {
                await Clock.PassAsync(TimeSpan.FromMilliseconds(50), static () => Task.CompletedTask);
                idle = TimeProvider.System.GetTimestamp();
            }

            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        var stopping = Inspector.StopAsync();
        await PassUntilAsync(() => stopping.IsCompleted);
        await Inspector.DisposeAsync();
        await Faults.DisposeAsync();
        await House.DisposeAsync();
        Router.Dispose();
    }

    internal sealed class OwnDirectory(ImmutableArray<InspectedDevice> devices) : IDeviceDirectory
    {
        public ImmutableArray<InspectedDevice> All => devices;
        public IReadOnlyCollection<IDevice> Devices => devices;
        public IDevice? Find(DeviceId id) => devices.FirstOrDefault(d => d.Id == id);
    }

    private sealed class NobodyKnows : IRoomUse
    {
        public Occupancy Of(string? room) => Occupancy.Unknown;
    }
}
