using System.Buffers;
using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Drivers.Protocols.LightwareLw3;
using AvGateway.Drivers.Transports;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Testing.Compliance;
using Microsoft.Extensions.Logging;

namespace AvGateway.Drivers.Tests.LightwareLw3;

/// <summary>Both families, which have their crosspoint at different places.</summary>
public abstract class LightwareLw3Compliance : MatrixCompliance<Lw3Reply>
{
    protected override DriverManifest<Lw3Reply> Manifest => LightwareLw3Driver.Manifest;

    protected override int FirstPort => 1;

    protected override ILinkFactory RealLinks(ILoggerFactory log) => LinkFactories.BuiltIn(TimeProvider.System, log);
}

public sealed class LightwareLw3Tests : LightwareLw3Compliance
{
    [Fact]
    public async Task A_fence_that_is_never_closed_costs_a_new_link_and_no_half_answer_is_believed()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("open-fences", 1);

        await bench.PassAsync(10);
        await InStepAsync(bench);

        Assert.Equal(2, bench.Opens);
        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
    }

    [Fact]
    public async Task Changes_among_the_lines_of_an_answer_are_no_part_of_it()
    {
        await using var bench = Bench(out var device);
        device.Set("change-inside", true);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task A_storm_of_changes_changes_nothing()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("change-storm", true);
        await bench.SettleAsync();

        Assert.Equal(CommandOutcome.Verified, (await DoAsync(bench, First)).Outcome);
        Assert.Equal(1, bench.Opens);
    }

    [Fact]
    public async Task Without_changes_the_next_poll_finds_a_hand()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("no-change", true);

        device.Press("route", new() { ["input"] = 4, ["output"] = 2 });
        await bench.PassAsync(6);

        Assert.Equal(4, bench.Snapshot[MatrixWords.Output(2)].Integer);
    }

    [Theory, InlineData("old"), InlineData("new")]
    public async Task A_locked_output_is_refused_in_the_words_of_the_device(string table)
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);
        device.Set("errors", table);
        device.Set("locked-outputs", new JsonArray(1));

        var result = await DoAsync(bench, First);

        Assert.Equal(CommandOutcome.Refused, result.Outcome);
        Assert.Contains("locked", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_board_that_is_gone_is_not_in_step_and_comes_back()
    {
        await using var bench = Bench(out var device);
        device.Set("board-removed", true);
        await bench.StartAsync();
        await bench.PassAsync(30);
        Assert.NotEqual(DeviceState.Online, bench.Status.State);

        device.Set("board-removed", false);
        await InStepAsync(bench);
    }

    [Fact]
    public async Task A_board_that_goes_while_it_is_watched_leaves_nothing_shown_as_good()
    {
        await using var bench = Bench(out var device);
        await InStepAsync(bench);

        device.Set("board-removed", true);
        await bench.PassAsync(10);

        Assert.NotEqual(DeviceState.Online, bench.Status.State);
        Assert.NotEqual(Quality.Good, bench.Snapshot.Readings[MatrixWords.Output(1)].Quality);
        device.Set("board-removed", false);
        await InStepAsync(bench);
    }

    [Theory]
    [InlineData("GET /.ProductName")]
    [InlineData("0001#GET /A#GET /B")]
    [InlineData("00G1#GET /A")]
    public void What_is_not_signed_once_is_not_written(string request) =>
        Assert.Throws<ArgumentException>(() => new Lw3Codec().Write(request, new ArrayBufferWriter<byte>()));
}

public sealed class LightwareMx2Tests : LightwareLw3Compliance
{
    protected override DeviceSetting Setting => base.Setting with { Options = new() { ["family"] = "mx2" } };
}
