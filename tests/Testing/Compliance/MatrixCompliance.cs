using System.Text.Json.Nodes;
using AvGateway.Classes;
using AvGateway.Devices;
using Xunit;

namespace AvGateway.Testing.Compliance;

/// <summary>What every matrix switcher must get right.</summary>
public abstract class MatrixCompliance<TReply> : DeviceCompliance<TReply>
{
    /// <summary>Number of the first input and output in the device's protocol.</summary>
    protected abstract int FirstPort { get; }

    protected override Wish First => Route(FirstPort + 2, FirstPort);

    protected override Wish Second => Route(FirstPort + 3, FirstPort);

    [Fact]
    public async Task Every_output_is_shown_and_the_counts_are_told()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var outputs = bench.Snapshot.Extents[MatrixWords.OutputExtent];
        Assert.True(outputs > 0);
        for (var output = FirstPort; output < FirstPort + outputs; output++)
        {
            Assert.Equal(ValueKind.Integer, bench.Snapshot[MatrixWords.Output(output)].Kind);
        }
    }

    [Fact]
    public async Task A_route_changes_its_own_output_only()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);
        bench.Seen.Clear();

        await DoAsync(bench, First);
        await bench.PassAsync(30);

        // A tie of several planes shows each of them under the output's own number.
        var changed = bench.Seen.Readings.Select(r => r.Property).Where(p => p.StartsWith("output-", StringComparison.Ordinal)).Distinct().ToArray();
        Assert.Contains(First.Property, changed);
        Assert.All(changed, property => Assert.EndsWith($"-{FirstPort}", property, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Routes_to_different_outputs_at_once_are_all_done()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        var asked = Enumerable.Range(FirstPort, 4).Select(output => Ask(bench, Route(FirstPort + 3, output))).ToArray();
        await bench.PassUntilAsync(Recovery, () => asked.All(a => a.IsCompleted), "all ends");

        Assert.All(asked, a => Assert.Equal(CommandOutcome.Verified, a.Result.Outcome));
    }

    [Fact]
    public async Task A_port_that_the_matrix_does_not_have_never_reaches_the_wire()
    {
        await using var bench = Bench(out _);
        await InStepAsync(bench);

        Assert.Equal(CommandOutcome.Rejected, (await DoAsync(bench, Route(FirstPort, 500))).Outcome);
        Assert.Equal(CommandOutcome.Rejected, (await DoAsync(bench, Route(500, FirstPort))).Outcome);
    }

    protected virtual Wish Route(int input, int output) =>
        new(MatrixWords.RouteVerb, [(MatrixWords.InputArgument, input), (MatrixWords.OutputArgument, output)], MatrixWords.Output(output), input,
            ("route", new JsonObject { ["input"] = input, ["output"] = output }));
}
