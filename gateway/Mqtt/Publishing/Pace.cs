namespace AvGateway.Mqtt.Publishing;

/// <summary>
/// Lets at most ten go in any second: ten at once when it was quiet, and evenly once something had to wait, so that a value that never stops
/// changing is never shown a whole second late.
/// </summary>
internal struct Pace
{
    public const int MostPerSecond = 10;

    // Most properties never change twice in a second: they need no memory of it.
    private long[]? _recent;
    private long _last;
    private int _next;
    private int _count;
    private bool _isCrowded;

    /// <summary>Takes a place now, or says how long to wait for one.</summary>
    public bool TryTake(long now, long frequency, out long wait)
    {
        wait = 0;
        if (_count == 0 || now - _last >= frequency)
        {
            _recent = null;
            _isCrowded = false;
            _count = 1;
            _last = now;
            return true;
        }

        if (_recent is null)
        {
            _recent = new long[MostPerSecond];
            _recent[0] = _last;
            _next = 1;
        }

        var free = _count < MostPerSecond ? now : _recent[_next] + frequency;
        if (_isCrowded) free = Math.Max(free, _last + frequency / MostPerSecond);
        if (free > now)
        {
            _isCrowded = true;
            wait = free - now;
            return false;
        }

        _recent[_next] = now;
        _next = (_next + 1) % MostPerSecond;
        _count = Math.Min(_count + 1, MostPerSecond);
        _last = now;
        return true;
    }
}
