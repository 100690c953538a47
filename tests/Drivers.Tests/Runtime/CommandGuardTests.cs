using AvGateway.Devices;
using AvGateway.Testing;

namespace AvGateway.Drivers.Tests.Runtime;

/// <summary>The guard stands right before each frame of a command, not at the door of the gateway (I11).</summary>
public sealed class CommandGuardTests : IAsyncDisposable
{
    private readonly Switch _guard = new();
    private readonly DeviceBench<string> _bench;

    public CommandGuardTests() =>
        _bench = new(LineDriver.Manifest(LineDriver.Quiet), new() { Guard = _guard }, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_guarded_command_sends_nothing_and_says_why()
    {
        await InStepAsync();
        _guard.IsClosed = true;

        var result = await _bench.Ask("level", ("n", 5));

        Assert.Equal((CommandOutcome.Guarded, "AVG-GUARD-TEST", 0), (result.Outcome, result.Code, result.Attempts));
        Assert.Empty(_bench.Snapshot.Targets);
        await _bench.ExpectNothingSentAsync();
    }

    [Fact]
    public async Task A_frame_that_is_repeated_is_judged_again()
    {
        await InStepAsync();
        var asked = _bench.Ask("level", ("n", 5));
        await _bench.ExpectSentAsync("level 5\\n");
        _guard.IsClosed = true;

        await _bench.PassUntilAsync(TimeSpan.FromSeconds(8), () => asked.IsCompleted, "the end");

        var result = await asked;
        Assert.Equal((CommandOutcome.Guarded, 1), (result.Outcome, result.Attempts));
        await _bench.ExpectNothingSentAsync();
    }

    [Fact]
    public async Task Looking_is_nobodys_act_and_goes_on()
    {
        await InStepAsync();
        _guard.IsClosed = true;

        await _bench.PassAsync(6);

        await _bench.ExpectSentAsync("level?\\n");
        Assert.Equal(0, _guard.Asked);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task InStepAsync()
    {
        await _bench.StartAsync();
        await _bench.ExpectSentAsync("hello\\n");
        await _bench.SaysAsync("ready\\n");
    }

    private sealed class Switch : ICommandGuard
    {
        public bool IsClosed { get; set; }
        public int Asked { get; private set; }

        public CommandResult? Refusal(IDevice device, CommandRequest command)
        {
            Asked++;
            return IsClosed ? CommandResult.Guarded("AVG-GUARD-TEST", "closed by the test", retryable: false) : null;
        }
    }
}
