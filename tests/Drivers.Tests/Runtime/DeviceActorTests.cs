using AvGateway.Devices;
using AvGateway.Drivers.Runtime;
using AvGateway.Testing;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.Runtime;

/// <summary>What every device may rely on, whatever its protocol.</summary>
public sealed class DeviceActorTests : IAsyncDisposable
{
    private readonly DeviceBench<string> _bench = new(LineDriver.Manifest(), cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_device_is_online_only_when_the_driver_says_that_it_is_in_step()
    {
        await _bench.StartAsync();
        await _bench.ExpectSentAsync("hello\\n");
        Assert.NotEqual(DeviceState.Online, _bench.Status.State);

        await _bench.SaysAsync("ready\\n");
        Assert.Equal(DeviceState.Online, _bench.Status.State);
    }

    [Fact]
    public async Task A_device_that_never_comes_into_step_is_offline()
    {
        await _bench.StartAsync();
        await _bench.PassAsync(11);
        Assert.Equal(DeviceState.Offline, _bench.Status.State);
        Assert.Equal(StatusReasons.NoReply, _bench.Status.Reason);
    }

    [Fact]
    public async Task A_device_that_was_away_for_long_is_tried_at_once_when_it_should_be_there()
    {
        _bench.LinkRefused = "no power";
        await _bench.StartAsync();
        await _bench.PassAsync(TimeSpan.FromHours(1));
        _bench.LinkRefused = null;
        var opens = _bench.Opens;

        _bench.Device.TryNow();
        await _bench.PassUntilAsync(TimeSpan.FromMilliseconds(100), () => _bench.Opens > opens, "a try");
    }

    [Fact]
    public async Task Repeating_a_question_does_not_put_off_that_a_silent_device_is_offline()
    {
        await using var bench = new DeviceBench<string>(LineDriver.Manifest(LineDriver.Quiet), cancellation: TestContext.Current.CancellationToken);
        await bench.StartAsync();
        await bench.ExpectSentAsync("hello\\n");
        await bench.SaysAsync("ready\\n");

        // A poll of 5 s, 2 s without an answer, and 5 s of suspicion in which it is asked once more.
        await bench.PassUntilAsync(TimeSpan.FromSeconds(12.1), () => bench.Status.State is DeviceState.Offline, "offline");
        Assert.Equal(StatusReasons.NoReply, bench.Status.Reason);
    }

    [Fact]
    public async Task An_acknowledgement_does_not_end_a_command_and_the_devices_word_does()
    {
        await InStepAsync();
        var asked = _bench.Ask("level", ("n", 5));
        await _bench.ExpectSentAsync("level 5\\n");
        await _bench.SaysAsync("ok\\n");
        Assert.False(asked.IsCompleted);
        Assert.Equal(5, _bench.Snapshot.Targets["level"].Value.Integer);

        await _bench.SaysAsync("level 5\\n");
        var result = await asked;
        Assert.Equal(CommandOutcome.Verified, result.Outcome);
        Assert.Equal(5, result.Reported!.Value.Value.Integer);
        Assert.Empty(_bench.Snapshot.Targets);
    }

    [Fact]
    public async Task An_effect_that_does_not_come_is_looked_for_once_and_then_not_seen()
    {
        await InStepAsync();
        var asked = _bench.Ask("level", ("n", 5));
        await _bench.ExpectSentAsync("level 5\\n");
        await _bench.SaysAsync("ok\\n");
        await _bench.PassAsync(3);
        await _bench.ExpectSentAsync("level?\\n");
        await _bench.SaysAsync("level 2\\n");
        await _bench.PassUntilAsync(TimeSpan.FromSeconds(4), () => asked.IsCompleted, "the end");

        var result = await asked;
        Assert.Equal(CommandOutcome.NotSeen, result.Outcome);
        Assert.Equal(2, result.Reported!.Value.Value.Integer);
    }

    [Fact]
    public async Task A_wish_that_is_already_so_is_verified_by_looking_soon()
    {
        await InStepAsync();
        await _bench.SaysAsync("level 5\\n");
        var asked = _bench.Ask("level", ("n", 5));
        await _bench.ExpectSentAsync("level 5\\n");
        await _bench.SaysAsync("ok\\n");
        await _bench.PassAsync(0.3);
        await _bench.ExpectSentAsync("level?\\n");
        Assert.False(asked.IsCompleted);

        await _bench.SaysAsync("level 5\\n");
        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task An_early_look_that_shows_another_value_is_no_verdict()
    {
        await InStepAsync();
        await _bench.SaysAsync("level 5\\n");
        var asked = _bench.Ask("level", ("n", 5));
        await _bench.ExpectSentAsync("level 5\\n");
        await _bench.SaysAsync("ok\\n");
        await _bench.PassAsync(0.1);
        await _bench.ExpectSentAsync("level?\\n");
        await _bench.SaysAsync("level 2\\n");
        await _bench.PassAsync(3);
        await _bench.ExpectSentAsync("level?\\n");
        Assert.False(asked.IsCompleted);

        await _bench.SaysAsync("level 5\\n");
        Assert.Equal(CommandOutcome.Verified, (await asked).Outcome);
    }

    [Fact]
    public async Task A_refusal_ends_a_command_in_the_devices_words()
    {
        await InStepAsync();
        var asked = _bench.Ask("level", ("n", 5));
        await _bench.ExpectSentAsync("level 5\\n");
        await _bench.SaysAsync("no\\n");
        Assert.Equal(new CommandResult(CommandOutcome.Refused, "no", Attempts: 1), await asked);
    }

    [Fact]
    public async Task One_request_is_in_flight_and_the_next_waits_for_its_answer()
    {
        await InStepAsync();
        var first = _bench.Ask("step");
        var second = _bench.Ask("step");
        await _bench.ExpectSentAsync("step\\n");
        await _bench.ExpectNothingSentAsync();

        await _bench.SaysAsync("no\\n");
        await _bench.ExpectSentAsync("step\\n");
        await _bench.SaysAsync("no\\n");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task A_newer_wish_takes_the_place_of_a_waiting_one_of_the_same_slot()
    {
        await InStepAsync();
        var inFlight = _bench.Ask("step");
        var older = _bench.Ask("level", ("n", 1));
        var newer = _bench.Ask("level", ("n", 2));
        await _bench.SettleAsync();

        Assert.Equal(CommandOutcome.Superseded, (await older).Outcome);
        await _bench.ExpectSentAsync("step\\n");
        await _bench.SaysAsync("no\\nlevel 2\\n");
        await inFlight;
        await _bench.ExpectSentAsync("level 2\\n");
        await _bench.SaysAsync("ok\\nlevel 2\\n");
        Assert.Equal(CommandOutcome.Verified, (await newer).Outcome);
    }

    [Fact]
    public async Task A_full_queue_says_busy_and_drops_nothing()
    {
        await InStepAsync();
        var taken = Enumerable.Range(0, DeviceActor<string>.MostWaiting + 1).Select(_ => _bench.Ask("step")).ToArray();
        await _bench.SettleAsync();
        var refused = Enumerable.Range(0, 3).Select(_ => _bench.Ask("step")).ToArray();

        Assert.Contains(refused, r => r.IsCompletedSuccessfully && r.Result.Outcome is CommandOutcome.Busy);
        var isBusy = taken.Concat(refused).Count(t => t.IsCompleted);
        for (var i = 0; i < taken.Length + refused.Length - isBusy; i++)
        {
            await _bench.ExpectSentAsync("step\\n");
            await _bench.SaysAsync("no\\n");
        }

        Assert.All(await Task.WhenAll(taken.Concat(refused)), r => Assert.Contains(r.Outcome, new[] { CommandOutcome.Refused, CommandOutcome.Busy }));
    }

    [Fact]
    public async Task A_command_that_waited_too_long_expires_without_a_frame()
    {
        await InStepAsync();
        var first = _bench.Ask("step");
        var late = _bench.Ask(TimeSpan.FromSeconds(1), "level", ("n", 7));
        await _bench.ExpectSentAsync("step\\n");
        await _bench.PassAsync(1.5);
        Assert.Equal(CommandOutcome.Expired, (await late).Outcome);

        await _bench.SaysAsync("no\\n");
        await first;
        await _bench.ExpectNothingSentAsync();
    }

    [Fact]
    public async Task Silence_makes_values_stale_at_once_and_the_device_offline_in_time()
    {
        await InStepAsync();
        await _bench.SaysAsync("level 5\\n");
        await _bench.PassUntilAsync(TimeSpan.FromSeconds(8), () => _bench.Snapshot.Readings["level"].Quality is Quality.Stale, "stale");
        Assert.Equal(5, _bench.Snapshot["level"].Integer);
        Assert.Equal(DeviceState.Degraded, _bench.Status.State);

        await _bench.PassUntilAsync(TimeSpan.FromSeconds(6), () => _bench.Status.State is DeviceState.Offline, "offline");
    }

    [Fact]
    public async Task A_link_that_ends_ends_every_command_and_comes_back_by_itself()
    {
        await InStepAsync();
        var sent = _bench.Ask("level", ("n", 5));
        var waiting = _bench.Ask("step");
        await _bench.ExpectSentAsync("level 5\\n");
        await _bench.LoseLinkAsync();

        Assert.Equal(CommandOutcome.Unreachable, (await sent).Outcome);
        Assert.Equal(CommandOutcome.Unreachable, (await waiting).Outcome);
        Assert.Equal(DeviceState.Offline, _bench.Status.State);
        await _bench.PassAsync(1);
        await _bench.ExpectSentAsync("hello\\n");
        await _bench.SaysAsync("ready\\n");
        Assert.Equal(DeviceState.Online, _bench.Status.State);
    }

    [Fact]
    public async Task A_driver_that_throws_is_replaced_and_its_command_told_so()
    {
        _bench.Log.Worst = LogLevel.Error;
        await InStepAsync();
        var asked = _bench.Ask("crash");
        await _bench.SettleAsync();
        Assert.Equal(CommandOutcome.Crashed, (await asked).Outcome);
        Assert.Contains(RuntimeFaults.DriverCrashed.Code, _bench.Snapshot.Faults);

        await _bench.PassAsync(1);
        await _bench.ExpectSentAsync("hello\\n");
        await _bench.SaysAsync("ready\\n");
        Assert.Equal(DeviceState.Online, _bench.Status.State);
    }

    [Fact]
    public async Task A_driver_that_keeps_throwing_is_left_alone()
    {
        _bench.Log.Worst = LogLevel.Error;
        var isLeftAlone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Seen.Changed = () =>
        {
            if (_bench.Status.State is DeviceState.Disabled) isLeftAlone.TrySetResult();
        };
        await _bench.StartAsync();
        await _bench.SaysAsync("ready\\n");
        for (var i = 0; i < 5; i++)
        {
            await _bench.Ask("crash");
            await _bench.PassAsync(1);
            await _bench.SaysAsync("ready\\n");
        }

        Assert.Equal(DeviceState.Online, _bench.Status.State);
        await _bench.Ask("crash");
        await isLeftAlone.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(StatusReasons.Quarantined, _bench.Status.Reason);
    }

    [Fact]
    public async Task What_a_codec_refuses_never_reaches_the_wire()
    {
        await InStepAsync();
        var result = await _bench.Ask("say", ("text", "one\ntwo"));
        Assert.Equal(CommandOutcome.AcknowledgedOnly, result.Outcome);
        await _bench.ExpectNothingSentAsync();
    }

    [Fact]
    public async Task Bytes_without_a_frame_end_reopen_the_link()
    {
        await InStepAsync();
        var opens = _bench.Opens;
        await _bench.SaysAsync(new byte[100]);
        await _bench.PassAsync(1);
        Assert.Equal(opens + 1, _bench.Opens);
        Assert.Equal(1, _bench.Counters.ProtocolErrors);
    }

    [Fact]
    public async Task A_value_with_an_age_of_its_own_goes_stale_on_a_live_link()
    {
        await InStepAsync();
        await _bench.SaysAsync("old 1\\nlevel 1\\n");
        for (var i = 0; i < 4; i++)
        {
            await _bench.PassAsync(5);
            await _bench.ExpectSentAsync("level?\\n");
            await _bench.SaysAsync("level 1\\n");
        }

        Assert.Equal(Quality.Stale, _bench.Snapshot.Readings["old"].Quality);
        Assert.Equal(Quality.Good, _bench.Snapshot.Readings["level"].Quality);
    }

    [Fact]
    public async Task Sequence_numbers_only_grow()
    {
        await InStepAsync();
        for (var i = 0; i < 20; i++) await _bench.SaysAsync($"level {i}\\n");
        await _bench.LoseLinkAsync();
        var numbers = _bench.Seen.Readings.Select(r => r.Reading.Sequence).ToList();
        Assert.Equal(21, numbers.Count);
        Assert.Equal(numbers.Order().Distinct(), numbers);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private async Task InStepAsync()
    {
        await _bench.StartAsync();
        await _bench.ExpectSentAsync("hello\\n");
        await _bench.SaysAsync("ready\\n");
    }
}
