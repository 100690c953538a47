using AvGateway.Scenes.Model;

namespace AvGateway.Operations.Probes;

/// <summary>One measure of one probe over time: limits with their patience, rate of rise, and whether the sensor still moves.</summary>
internal sealed class MeasureWatch(ProbeMeasure measure, MeasureLimits limits)
{
    // A rise needs no more points than this: runs are ten seconds apart or more, windows minutes.
    private const int MostPoints = 128;

    private readonly Queue<(DateTimeOffset At, double Value)> _window = new();
    private ProbeQuality _reached = ProbeQuality.Ok;
    private DateTimeOffset _reachedAt;
    private int _confirmed;
    private double? _same;
    private DateTimeOffset _sameSince;
    private bool _isResumed;

    public MeasureLimits Limits => limits;
    public double? Value { get; private set; }
    public bool IsRising { get; private set; }
    public bool IsStuck { get; private set; }

    /// <summary>It has shown two different values: only then is it known to move.</summary>
    public bool HasMoved { get; private set; }

    /// <summary>Where the value lies now.</summary>
    public ProbeQuality Quality => IsStuck ? ProbeQuality.Unknown : IsRising ? ProbeQuality.Alarm : _reached;

    /// <summary>What has lasted long enough to be told.</summary>
    public ProbeQuality Settled { get; private set; } = ProbeQuality.Ok;

    /// <summary>An earlier process had told of it: the first value needs no confirmation.</summary>
    public void Resume() => _isResumed = true;

    public void See(double value, DateTimeOffset at)
    {
        LookWhetherStuck(value, at);
        LookWhetherRising(value, at);
        Value = value;
        var now = limits.Of(value, _reached);
        if (now != _reached)
        {
            // On the way up the patience counts from the first step beyond any limit, not anew at each step.
            if (now < _reached || _reached is ProbeQuality.Ok) _reachedAt = at;
            _reached = now;
            _confirmed = 0;
        }

        if (now is ProbeQuality.Ok || _isResumed) Settled = now;
        else if (++_confirmed >= 2 && at - _reachedAt >= limits.Lasts) Settled = now;
        else if (now < Settled) Settled = now;
        _isResumed = false;
    }

    /// <summary>The value, and what it was held against.</summary>
    public Wording SayBeyond(ProbeQuality which)
    {
        var (below, above) = which is ProbeQuality.Alarm ? (limits.AlarmBelow, limits.AlarmAbove) : (limits.WarnBelow, limits.WarnAbove);
        var zh = string.Join('、', Limits(below, "不低于", above, "不高于"));
        var en = string.Join(", ", Limits(below, "not below ", above, "not above "));
        return which is ProbeQuality.Alarm ? Say($"，必须{zh}", $", must be {en}") : Say($"，应{zh}", $", should be {en}");

        static IEnumerable<string> Limits(double? below, string lowest, double? above, string highest) =>
            new[] { below is { } low ? FormattableString.Invariant($"{lowest}{low:0.##}") : "", above is { } high ? FormattableString.Invariant($"{highest}{high:0.##}") : "" }.Where(l => l.Length > 0);
    }

    public Wording SayRise()
    {
        var rise = limits.Rise!.Value;
        return Say(FormattableString.Invariant($"：{rise.Within} 内上升 {rise.By:0.##}"), FormattableString.Invariant($": by {rise.By:0.##} within {rise.Within}"));
    }

    public Wording SayStuck() => Say($"，持续 {limits.StuckFor} 未变：传感器读数不可信", $" for {limits.StuckFor}: the sensor is not believed");

    private Wording Say(string zh, string en)
    {
        var value = FormattableString.Invariant($"{Value:0.##}{(measure.Unit.Length == 0 ? "" : " " + measure.Unit)}");
        return new($"{measure.Zh} {value}{zh}", $"{measure.Name} {value}{en}");
    }

    private void LookWhetherStuck(double value, DateTimeOffset at)
    {
        if (_same is { } same && same.Equals(value))
        {
            IsStuck = limits.StuckFor is { } most && at - _sameSince >= most;
            return;
        }

        HasMoved = _same is not null;
        (_same, _sameSince, IsStuck) = (value, at, false);
    }

    private void LookWhetherRising(double value, DateTimeOffset at)
    {
        if (limits.Rise is not { } rise) return;
        while (_window.Count > 0 && (at - _window.Peek().At > rise.Within || _window.Count >= MostPoints)) _window.Dequeue();

        // Holds on until the window has forgotten the low value, so that one rise is one symptom.
        IsRising = _window.Count > 0 && value - _window.Min(p => p.Value) >= rise.By;
        _window.Enqueue((at, value));
    }
}
