using System.Buffers;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Runtime;
using AvGateway.Drivers.Runtime.Packages;
using AvGateway.Links;
using AvGateway.Testing;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Packages;

/// <summary>Drivers of others: let in file by file, apart from our libraries, and never at the cost of the gateway.</summary>
public sealed class PackageShelfTests : IDisposable
{
    private readonly ForeignPackage _package = new();
    private readonly List<PackageRefusal> _refusals = [];

    public void Dispose() => _package.Dispose();

    [Fact]
    public void A_listed_package_brings_its_driver_with_its_own_libraries_and_our_contract()
    {
        var driver = Assert.Single(Load(_package.Listing())!);

        Assert.Empty(_refusals);
        Assert.Equal(ForeignPackage.Driver, driver.Name);
        Assert.Contains("Stateless", driver.Models, StringComparison.Ordinal);
        Assert.DoesNotContain(typeof(Stateless.StateMachine<,>).Module.ModuleVersionId.ToString(), driver.Models, StringComparison.Ordinal);
        Assert.IsType<DriverManifest<string>>(driver);
        Assert.True(File.Exists(Path.Combine(_package.Folder, "AvGateway.Drivers.Abstractions.dll")));
    }

    [Fact]
    public void The_same_files_are_loaded_once()
    {
        var shelf = new PackageShelf();

        Assert.Same(shelf.Load(_package.Listing(), _refusals)![0], shelf.Load(_package.Listing(), _refusals)![0]);
    }

    [Fact]
    public async Task Its_driver_is_led_as_one_of_ours()
    {
        var driver = (DriverManifest<string>)Load(_package.Listing())![0];
        await using var bench = new DeviceBench<string>(driver, cancellation: TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.ExpectSentAsync("?\\n");
        await bench.SaysAsync("2\\n");

        var asked = bench.Ask(MatrixWords.RouteVerb, (MatrixWords.InputArgument, 3), (MatrixWords.OutputArgument, 1));
        await bench.ExpectSentAsync("3\\n");
        await bench.SaysAsync("3\\n");

        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
        Assert.Equal(3, bench.Snapshot[MatrixWords.Output(1)].Integer);
    }

    [Theory]
    [InlineData(ForeignPackage.Assembly)]
    [InlineData("Stateless.dll")]
    public void An_altered_file_refuses_the_package_and_names_the_file_its_hash_and_the_remedy(string file)
    {
        var listing = _package.Listing();
        File.AppendAllText(Path.Combine(_package.Folder, file), "x");

        Assert.Null(Load(listing));

        var refusal = Assert.Single(_refusals);
        Assert.Equal(file, refusal.File);
        Assert.Contains(PackageFolder.Hashes(_package.Folder)[file], refusal.Message, StringComparison.Ordinal);
        Assert.Contains(listing.Files[file], refusal.Message, StringComparison.Ordinal);
        Assert.Contains("list its hash", refusal.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_nobody_listed_is_refused_with_its_hash_and_used_by_nobody()
    {
        var listing = _package.Listing();
        listing = listing with { Files = listing.Files.Remove("Stateless.dll") };

        Assert.Null(Load(listing));

        Assert.Equal("Stateless.dll", _refusals[0].File);
        Assert.Contains(PackageFolder.Hashes(_package.Folder)["Stateless.dll"], _refusals[0].Message, StringComparison.Ordinal);
        Assert.Contains("Stateless.dll does not belong to the package", _refusals[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stranger_beside_the_listed_files_costs_itself_alone()
    {
        var listing = _package.Listing();
        File.WriteAllText(Path.Combine(_package.Folder, "Evil.dll"), "MZ");

        Assert.NotNull(Load(listing));
        Assert.Equal("Evil.dll", Assert.Single(_refusals).File);
    }

    [Fact]
    public void A_listed_file_that_is_away_refuses_the_package()
    {
        var listing = _package.Listing();
        File.Delete(Path.Combine(_package.Folder, "Stateless.dll"));

        Assert.Null(Load(listing));
        Assert.Equal("Stateless.dll", Assert.Single(_refusals).File);
    }

    [Theory]
    [InlineData("manifest", "the licence server is away")]
    [InlineData("diagram", "no diagram")]
    public void Whatever_a_manifest_throws_refuses_its_package(string trouble, string words)
    {
        ForeignPackage.Trouble = trouble;

        Assert.Null(Load(_package.Listing()));
        Assert.Contains(words, Assert.Single(_refusals).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_driver_that_is_not_what_was_listed_is_refused()
    {
        Assert.Null(Load(_package.Listing(DeviceClass.Recorder)));
        Assert.Contains("of the class matrix, listed is recorder", Assert.Single(_refusals).Message, StringComparison.Ordinal);

        _refusals.Clear();
        var listing = _package.Listing();
        Assert.Null(Load(listing with { Brings = listing.Brings!.Clear().Add("acme-other", DeviceClass.Matrix) }));
        Assert.Equal(2, _refusals.Count);
    }

    [Fact]
    public async Task A_driver_that_cannot_be_made_costs_its_own_device_and_no_other()
    {
        ForeignPackage.Trouble = "constructor";

        await using var room = new Room(Load(_package.Listing())![0], Throwing() with { Create = _ => new Silent() });
        await room.UntilAsync(() => room.Of(0).Snapshot().Faults.Count > 0 && room.Links.Opens > 0);

        Assert.Equal((DeviceState.Disabled, StatusReasons.Quarantined), (room.Of(0).Status.State, room.Of(0).Status.Reason));
        Assert.Contains(RuntimeFaults.DriverCrashed.Code, room.Of(0).Snapshot().Faults);
        Assert.NotEqual(DeviceState.Disabled, room.Of(1).Status.State);
        var route = new CommandRequest("1", MatrixWords.RouteVerb, Arguments.Of((MatrixWords.InputArgument, 3), (MatrixWords.OutputArgument, 1)), Deadline.In(TimeSpan.FromMinutes(1), room.Clock), "tester");
        Assert.Equal(CommandOutcome.Unreachable, (await room.Of(0).AskAsync(route, null, TestContext.Current.CancellationToken)).Outcome);
    }

    [Fact]
    public async Task A_driver_that_cannot_be_made_again_after_a_crash_is_left_alone()
    {
        var made = 0;

        await using var room = new Room(Throwing() with { Create = _ => made++ == 0 ? new Thrower() : throw new InvalidOperationException("not twice") });
        await room.UntilAsync(() => room.Of(0).Status.State is DeviceState.Disabled);

        Assert.Equal(StatusReasons.Quarantined, room.Of(0).Status.Reason);
        Assert.Contains(RuntimeFaults.DriverCrashed.Code, room.Of(0).Snapshot().Faults);
        Assert.Equal((1, 2), (room.Links.Opens, made));
    }

    [Fact]
    public async Task The_device_of_a_refused_driver_says_why_and_is_never_opened()
    {
        var manifest = RefusedDriver.Manifest("acme-switch", DeviceClass.Matrix, "its package acme was refused");
        Assert.True(RefusedDriver.Is(manifest));

        await using var room = new Room(manifest);
        await room.UntilAsync(() => room.Of(0).Snapshot().Faults.Count > 0);

        Assert.Equal(DeviceState.Disabled, room.Of(0).Status.State);
        Assert.Contains(RuntimeFaults.DriverRefused.Code, room.Of(0).Snapshot().Faults);
        Assert.Equal(0, room.Links.Opens);
        Assert.Contains("its package acme was refused", Assert.Single(room.Log.Lines).Text, StringComparison.Ordinal);
    }

    private IReadOnlyList<DriverManifest>? Load(PackageListing listing) => new PackageShelf().Load(listing, _refusals);

    private static DriverManifest<string> Throwing() => new("thrower", DeviceClass.Matrix, "")
    {
        Links = [LinkKind.Tcp(1)],
        Verbs = [],
        Properties = [],
        Reply = new(TimeSpan.FromSeconds(1), TimeSpan.Zero, Resync.Reconnect),
        Diagram = () => "",
        Create = _ => new Thrower(),
    };

    /// <summary>Some devices as the gateway runs them.</summary>
    private sealed class Room : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

        private readonly BenchObserver _seen = new();
        private readonly DeviceFleet _fleet;

        public Room(params DriverManifest[] drivers)
        {
            Links = new(Clock);
            Assert.True(LinkAddress.TryParse("tcp://127.0.0.1:1", out var link, out _));
            _fleet = new(drivers.Select((d, i) => new DevicePlan(new("room", $"d{i}"), d, link, Arguments.None)), new(Clock, Links, _seen, new SequenceSource(1), new HostGate(), Log));
        }

        public VirtualClock Clock { get; } = new();
        public BenchLinks Links { get; }
        public BenchLog Log { get; } = new() { Worst = LogLevel.Error };

        public RunningDevice Of(int index) => _fleet.Running.ElementAt(index);

        public async Task UntilAsync(Func<bool> condition)
        {
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _seen.Changed = () =>
            {
                if (condition()) met.TrySetResult();
            };
            Links.Opened = _ => _seen.Changed();
            _fleet.Start();
            _seen.Changed();
            await met.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _seen.Changed = null;
            Links.Dispose();
            await _fleet.DisposeAsync();
            Log.Check();
        }
    }

    private sealed class Silent() : DeviceDriver<string>(new Mute())
    {
        public override void OnLinked() { }
        public override void OnCommand(CommandRequest command) { }
        public override void OnPoll() { }
    }

    private sealed class Thrower() : DeviceDriver<string>(new Mute())
    {
        public override void OnLinked() => throw new InvalidOperationException("on purpose");
        public override void OnCommand(CommandRequest command) { }
        public override void OnPoll() { }
    }

    private sealed class Mute : IWireCodec<string>
    {
        public bool TryRead(ref ReadOnlySequence<byte> input, out string reply)
        {
            reply = "";
            return false;
        }

        public void Write(string request, IBufferWriter<byte> output) { }
    }
}
