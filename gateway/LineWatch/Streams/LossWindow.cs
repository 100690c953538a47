
namespace AvGateway.LineWatch.Streams;

/// <summary>
/// Which of the last 128 sequence numbers came: late ones still count, a second one is a duplicate, and what leaves the window without having come is
/// lost for good. Bursts and gaps are those of RFC 3611 §4.7.2: a loss belongs to a burst while fewer than 16 packets came since the last loss.
/// </summary>
public struct LossWindow
{
    public const int Size = 128;

    private const int LeastGap = 16;

    private UInt128 _came;
    private int _filled;
    private int _run;
    private int _since;
    private int _burstLost;
    private int _burstLength;
    private bool _hasLoss;

    /// <summary>Losses, and runs of losses, that are certain.</summary>
    public long Lost { get; private set; }
    public long Runs { get; private set; }
    public int LongestRun { get; private set; }

    /// <summary>Bursts in the sense of RFC 3611, with the packets in them and those of them that were lost.</summary>
    public long Bursts { get; private set; }
    public long InBursts { get; private set; }
    public long LostInBursts { get; private set; }

    /// <summary>The newest moves ahead.</summary>
    /// <param name="by">1: the next one came.</param>
    public void Advance(int by)
    {
        if (by >= 2 * Size)
        {
            for (var i = 0; i < _filled; i++) Settle((_came >> (_filled - 1 - i) & 1) != 0);
            for (var i = 0; i < by - Size; i++) Settle(came: false);
            (_came, _filled) = (1, Size);
            return;
        }

        for (var i = 0; i < by; i++)
        {
            if (_filled == Size) Settle((_came >> (Size - 1) & 1) != 0);
            else _filled++;
            _came <<= 1;
        }

        _came |= 1;
    }

    /// <param name="behind">How far it is behind the newest, 0 … 127.</param>
    /// <returns>False: it came before.</returns>
    public bool ComesLate(int behind)
    {
        var bit = UInt128.One << behind;
        if ((_came & bit) != 0) return false;
        _came |= bit;
        _filled = Math.Max(_filled, behind + 1);
        return true;
    }

    /// <summary>What is missing inside the window, and may still come.</summary>
    public readonly int Missing => _filled - (int)UInt128.PopCount(_came);

    private void Settle(bool came)
    {
        _burstLength++;
        if (came)
        {
            if (_run > 0) (Runs, LongestRun, _run) = (Runs + 1, Math.Max(LongestRun, _run), 0);
            _since++;
            return;
        }

        Lost++;
        _run++;
        if (_hasLoss && _since < LeastGap)
        {
            // The burst began with the loss before this one.
            if (_burstLost == 1) (Bursts, InBursts, LostInBursts) = (Bursts + 1, InBursts + 1, LostInBursts + 1);
            InBursts += _burstLength;
            LostInBursts++;
            _burstLost++;
        }
        else
        {
            _burstLost = 1;
        }

        (_hasLoss, _since, _burstLength) = (true, 0, 0);
    }
}
