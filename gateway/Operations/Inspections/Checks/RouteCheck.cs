using AvGateway.Classes;
using AvGateway.Devices;
using AvGateway.Operations.Commands;
using AvGateway.Scenes.Hearings.Guard;
using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Inspections.Checks;

/// <summary>
/// Routes one output to another input, reads it back, and puts it back to what it showed. An output that no layout names is taken before one
/// that people look at; that one only goes dark for a moment.
/// </summary>
internal sealed class RouteCheck(RoomLayout[] layouts) : FunctionCheck(CheckWords.Route)
{
    private const string VideoLayer = "video";
    private static readonly TimeSpan SeenWithin = TimeSpan.FromSeconds(5);
    private static readonly Wording NotRouted = new("未能切换信号", "it did not route");
    private static readonly Wording NotRestored = new("未能恢复原信号", "it did not go back to what it showed");

    private int _output;
    private long _before;
    private long _test;

    public override CheckRow? Prepare(CheckSession session)
    {
        var verb = session.Device.Manifest.Verbs.First(v => v.Name == MatrixWords.RouteVerb);
        var input = verb.Arguments.First(a => a.Name == MatrixWords.InputArgument);
        var first = verb.Arguments.First(a => a.Name == MatrixWords.OutputArgument).First;
        if (session.Device.Extent(MatrixWords.OutputExtent) is not ({ } outputs and > 0) || session.Device.Extent(MatrixWords.InputExtent) is not ({ } inputs and > 1))
            return session.Found(Name, RowState.Skipped, "size-unknown", new("输入输出数未知", "its size is not known"), null);

        var sinks = layouts.SelectMany(l => l.Sinks).Where(s => s.Point.Device == session.Device.Id).ToLookup(s => s.Point.Property, StringComparer.Ordinal);
        foreach (var output in Enumerable.Range(first, outputs).Reverse().OrderBy(o => sinks.Contains(MatrixWords.Output(o)) ? 1 : 0))
        {
            if (session.Good(MatrixWords.Output(output)) is not { Kind: ValueKind.Integer } shown) continue;
            if (shown.Integer < input.First && !(input.AllowsNone && shown.Integer == input.First - 1)) continue;
            var wanted = sinks[MatrixWords.Output(output)].FirstOrDefault() is { } sink ? ForSink(sink, shown.Integer) : Next(shown.Integer, input.First, inputs);
            if (wanted is not { } test) continue;
            (_output, _before, _test) = (output, shown.Integer, test);
            Left = new($"输出 {_output}：{_before} → {_test} → {_before}", $"output-{_output}: {_before} → {_test} → {_before}");
            return null;
        }

        return session.Found(Name, RowState.Skipped, "nothing-to-route", new("没有可测试的输出", "no output can be tried"), null);
    }

    public override async Task<CheckRow> RunAsync(CheckSession session)
    {
        var routed = await RouteAsync(session, _test);
        if (!routed.IsDone) return session.NotDone(Name, routed, "ROUTE_FAILED", NotRouted);
        var property = MatrixWords.Output(_output);
        var end = await session.UntilAsync(() => session.Shows(property, _test), SeenWithin);
        var guarded = end is WaitEnd.Guarded ? session.WhyNotGoOn() : GuardReason.None;

        // What was seen before comes back whatever was seen since; a guarded room is left as it is by the guard itself, right before the frame.
        var back = await RouteAsync(session, _before);
        if (!back.IsDone)
        {
            var row = session.NotDone(Name, back, "ROUTE_NOT_RESTORED", NotRestored);
            return row with { Detail = row.Detail is { } why ? Left.Then(why) : Left };
        }

        if (guarded is not GuardReason.None) return session.Skipped(Name, guarded, Left);
        if (end is WaitEnd.TooLate) return session.Found(Name, RowState.Fault, "ROUTE_NOT_SEEN", NotRouted, Left);
        return await session.UntilAsync(() => session.Shows(property, _before), SeenWithin) is WaitEnd.TooLate
            ? session.Found(Name, RowState.Fault, "ROUTE_NOT_RESTORED", NotRestored, Left)
            : session.Found(Name, RowState.Ok, SightReasons.Seen, SightReasons.Says(SightReasons.Seen), Left);
    }

    private Task<CheckAnswer> RouteAsync(CheckSession session, long input)
    {
        var layers = session.Device.Manifest.Verbs.First(v => v.Name == MatrixWords.RouteVerb).Arguments.FirstOrDefault(a => a.Name == MatrixWords.LayerArgument)?.OneOf;
        RawArgument[] args = [new(MatrixWords.InputArgument, input), new(MatrixWords.OutputArgument, _output)];

        // Sound that was routed apart from the picture stays where it is.
        return session.AskAsync(MatrixWords.RouteVerb, AskWithin, layers?.Contains(VideoLayer) is true ? [.. args, new(MatrixWords.LayerArgument, VideoLayer)] : args);
    }

    private static long Next(long shown, int first, int inputs) => shown >= first && shown < first + inputs - 1 ? shown + 1 : first;

    private long? ForSink(Sink sink, long shown)
    {
        if (sink.Blank is { Kind: ValueKind.Integer, Integer: var blank } && blank != shown) return blank;
        var home = sink.Home is { } name ? layouts.Select(l => l.FindSource(name, sink.Point.Device)).FirstOrDefault(s => s is not null)?.Input : null;
        return home is { Kind: ValueKind.Integer, Integer: var input } && input != shown ? input : null;
    }
}
