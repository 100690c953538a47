using AvGateway.Operations.Lines;

namespace AvGateway.LineWatch.TwoEnded;

/// <summary>Adds up the windows of a minute. Delays are the worst of its windows, losses their sum.</summary>
internal sealed class MinuteSum
{
    private const long Unseen = -1;

    private DateTimeOffset? _minute;
    private Losses _losses;
    private int _sent;
    private int _answered;
    private double? _roundTrip;
    private double? _out;
    private double? _back;
    private LineState _state;
    private LineSide? _side;

    /// <returns>The minute before, once another begins.</returns>
    public LineMinute? Add(DateTimeOffset at, LineView view, Losses losses, double? clockOffset)
    {
        var minute = new DateTimeOffset(at.Ticks - at.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var ended = _minute is { } before && before != minute ? Take(before, clockOffset) : null;
        _minute = minute;
        _losses += losses;
        _sent += view.Figures.Sent;
        _answered += view.Figures.Answered;
        _roundTrip = Worse(_roundTrip, view.Figures.RoundTrip);
        _out = Worse(_out, view.Figures.VariationOut);
        _back = Worse(_back, view.Figures.VariationBack);
        if (view.State > _state) (_state, _side) = (view.State, null);
        if (view.State == _state && view.Verdict is { } verdict) _side = verdict.Side;
        return ended;
    }

    private LineMinute Take(DateTimeOffset minute, double? clockOffset)
    {
        var taken = new LineMinute(
            minute, _sent, _answered, _losses.OutLost, _losses.OutOf, _losses.BackLost, _losses.BackOf, Micro(_roundTrip), Micro(_out), Micro(_back),
            clockOffset is { } offset ? (long)Math.Round(offset * 1e6) : null, LineJson.Word(_state), _side is { } side ? LineVerdict.WordOf(side) : "");
        (_losses, _sent, _answered, _roundTrip, _out, _back, _state, _side) = (default, 0, 0, null, null, null, LineState.Unknown, null);
        return taken;
    }

    private static double? Worse(double? a, double? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    private static long Micro(double? milliseconds) => milliseconds is { } value ? (long)Math.Round(value * 1000) : Unseen;
}
