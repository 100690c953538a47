using AvGateway.Devices;
using Microsoft.Extensions.Logging;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>Links that end, begin again, and carry what they should not.</summary>
public abstract partial class DeviceCompliance<TReply>
{
    [Fact]
    public async Task A_wish_before_the_device_is_known_is_unreachable_and_sends_nothing()
    {
        await using var bench = Bench(out var device);
        device.Set("mute", true);
        await bench.StartAsync();

        var result = await bench.Ask(First.Verb, First.Arguments);
        device.Set("mute", false);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Unreachable, result.Outcome);
        Assert.Equal(0, result.Attempts);
        Assert.NotEqual(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task A_link_lost_at_rest_makes_every_value_stale_until_it_is_read_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("drop", true);
        await bench.PassUntilAsync(Recovery, () => bench.Status.State is DeviceState.Offline, "offline");
        Assert.All(bench.Snapshot.Readings.Values, reading => Assert.NotEqual(Quality.Good, reading.Quality));
        Assert.Equal(DeviceStatus.UnknownMode, bench.Status.Mode);

        device.Set("drop", false);
        await InStepAsync(bench);
        Assert.Equal(Quality.Good, Reading(bench, First).Quality);
        Assert.NotEqual(First.Seen, bench.Snapshot[First.Property]);
    }

    [Fact]
    public async Task A_link_lost_in_the_mode_that_a_wish_led_to_comes_back_into_it()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        await DoAsync(bench, First);

        await bench.LoseLinkAsync();
        Assert.Equal(Quality.Stale, Reading(bench, First).Quality);
        await InStepAsync(bench);

        Assert.Equal(First.Seen, bench.Snapshot[First.Property]);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Fact]
    public async Task A_link_lost_under_a_wish_ends_it_as_unreachable_at_once()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("mute", true);
        var asked = Ask(bench, First);
        await bench.SettleAsync();
        Assert.False(asked.IsCompleted);

        await bench.LoseLinkAsync();

        Assert.True(asked.IsCompleted);
        Assert.Equal(CommandOutcome.Unreachable, (await asked).Outcome);
        device.Set("mute", false);
        await InStepAsync(bench);
    }

    [Fact]
    public async Task A_power_cut_is_survived_and_what_is_shown_afterwards_was_read_again()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Press("power-off");
        await bench.PassAsync(30);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        device.Press("power-on");
        await InStepAsync(bench);

        Assert.All(bench.Snapshot.Readings.Values, reading => Assert.NotEqual(Quality.Assumed, reading.Quality));
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Replies_in_single_bytes_are_understood()
    {
        await using var bench = Bench(out var device);
        device.SingleBytes = true;

        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Replies_cut_and_joined_at_random_are_understood(int seed)
    {
        await using var bench = Bench(out var device);
        device.Set("seed", seed);
        device.Set("slice", true);

        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, Second)).Outcome);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task Line_noise_before_the_answers_crashes_nothing_and_is_over_when_it_is_over(int seed)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("seed", seed);
        device.Set("garbage", true);

        var noisy = await DoAsync(bench, First);
        var shown = bench.Snapshot[First.Property];
        await bench.PassAsync(60);
        device.Set("garbage", false);
        await InStepAsync(bench);
        var clean = await DoAsync(bench, Second);

        Assert.True(noisy.Outcome is not CommandOutcome.Verified || shown == First.Seen);
        Assert.Equal(CommandOutcome.Verified, clean.Outcome);
        Assert.Equal(0, bench.Counters.DriverCrashes);
    }

    [Fact]
    public async Task A_quiet_day_costs_no_second_link_and_no_word_in_the_log()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        bench.Seen.Clear();

        await bench.PassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal(1, bench.Opens);
        Assert.Empty(bench.Seen.Statuses);
        Assert.Empty(bench.Log.Lines);
    }

    [Fact]
    public async Task A_loss_is_logged_once_and_the_return_once()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("drop", true);
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        device.Set("drop", false);
        await InStepAsync(bench);

        Assert.Equal([LogLevel.Warning, LogLevel.Information], bench.Log.Lines.Select(line => line.Level));
    }
}
