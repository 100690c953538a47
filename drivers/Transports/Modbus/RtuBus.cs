using System.Buffers;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Modbus;

/// <summary>
/// One line with its units: one question at a time, whoever asks, and silence between the frames. A question that could not go out soon is
/// not sent at all: whoever asked asks again, and the hearing guard with it.
/// </summary>
internal sealed class RtuBus : IAsyncDisposable
{
    /// <summary>How long a unit may take until the first byte of its answer.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(500);

    /// <summary>Older questions are not sent any more.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);

    // A frame ends with a silence of 3.5 characters, 1.75 ms above 19200 baud. Adapters on USB hold bytes back for up to 16 ms, so an
    // incomplete answer is given longer before it is taken for torn.
    private const double SilentCharacters = 3.5;
    private const int BitsOfCharacter = 11;
    private static readonly TimeSpan ShortestGap = TimeSpan.FromMilliseconds(1.75);
    private static readonly TimeSpan TornAfter = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly Queue<Question> _waiting = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly HashSet<ModbusSerialLink> _units = [];
    private readonly ILink _line;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _gap;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private LinkEnd? _end;
    private int _disposed;

    public RtuBus(ILink line, int baud, TimeProvider clock)
    {
        _line = line;
        _clock = clock;
        _gap = Gap(baud);
        _running = RunAsync();
    }

    public bool HasEnded => _line.Ended.IsCompleted || _end is not null;

    public static TimeSpan Gap(int baud)
    {
        var characters = TimeSpan.FromSeconds(SilentCharacters * BitsOfCharacter / Math.Max(baud, 1));
        // The system's timers know whole milliseconds.
        return TimeSpan.FromMilliseconds(Math.Ceiling((baud > 19_200 ? ShortestGap : characters).TotalMilliseconds));
    }

    /// <summary>Null when the unit is on the line now; else why not.</summary>
    public string? Join(ModbusSerialLink link)
    {
        lock (_gate)
        {
            if (HasEnded) return "the line has ended";
            if (_units.Any(other => other.Unit == link.Unit)) return $"unit {link.Unit} of this line is in use by another device; a unit serves one device";
            _units.Add(link);
            return null;
        }
    }

    /// <summary>True when nobody is left and the line may be given back.</summary>
    public bool Leave(ModbusSerialLink link)
    {
        lock (_gate) return _units.Remove(link) && _units.Count == 0;
    }

    /// <summary>A newer question of the same unit takes the place of one that still waits.</summary>
    public void Ask(ModbusSerialLink link, MbapFrame frame)
    {
        lock (_gate)
        {
            foreach (var waiting in _waiting.Where(waiting => waiting.Link == link)) waiting.IsStale = true;
            _waiting.Enqueue(new(link, frame, _clock.GetTimestamp()));
        }

        _asked.Release();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stopping.CancelAsync();
        _line.Abort(LinkEnd.Aborted);
        await _running;
        await _line.DisposeAsync();
        _stopping.Dispose();
        _asked.Dispose();
    }

    /// <summary>The line's own loop: ends with the line, and tells every unit.</summary>
    private async Task RunAsync()
    {
        var lost = false;
        try
        {
            await SilenceAsync();
            while (!_line.Ended.IsCompleted)
            {
                var next = NextQuestion();
                if (next is null) await WaitAsync();
                else await ExchangeAsync(next);
            }
        }
        catch (OperationCanceledException)
        {
            // The last unit has left.
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or ObjectDisposedException)
        {
            lost = true;
        }

        await _line.Input.CompleteAsync();
        var end = _line.Ended.IsCompleted ? await _line.Ended : lost ? LinkEnd.Failed : LinkEnd.Aborted;
        ModbusSerialLink[] units;
        lock (_gate)
        {
            _end = end;
            units = [.. _units];
            _waiting.Clear();
        }

        foreach (var unit in units) unit.LineEnded(end);
    }

    // While nobody asks, the line is listened to all the same: that is how a hang-up becomes known.
    private async Task WaitAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var asked = _asked.WaitAsync(either.Token);
        var heard = ListenAsync(Timeout.InfiniteTimeSpan, _ => false, either.Token);
        await Task.WhenAny(asked, heard);
        await either.CancelAsync();
        await Task.WhenAll(Quietly(asked), Quietly(heard));
        _stopping.Token.ThrowIfCancellationRequested();
    }

    private Question? NextQuestion()
    {
        lock (_gate)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (!next.IsStale && _clock.GetElapsedTime(next.At) <= MostWait && _units.Contains(next.Link)) return next;
                ModbusCounters.Drop("late");
            }

            return null;
        }
    }

    private async Task ExchangeAsync(Question question)
    {
        var unit = question.Link.Unit;
        await _line.Output.WriteAsync(RtuFrame.Encode(unit, question.Frame.Pdu.Span), _stopping.Token);
        var heard = new List<byte>();
        await ListenAsync(AnswerWithin, piece =>
        {
            heard.AddRange(piece);
            return IsEnough(heard, unit);
        });
        while (heard.Count > 0 && !IsEnough(heard, unit) && heard.Count <= RtuFrame.Longest)
        {
            var before = heard.Count;
            await ListenAsync(TornAfter, piece =>
            {
                heard.AddRange(piece);
                return true;
            });
            if (heard.Count == before) break;
        }

        if (Answer(heard, unit) is { } pdu) await question.Link.AnsweredAsync(question.Frame with { Pdu = pdu });
        else if (heard.Count > 0) ModbusCounters.Drop("sum");

        await SilenceAsync();
    }

    /// <summary>Nothing goes out before the line has been silent; what still comes belongs to nobody.</summary>
    private async Task SilenceAsync()
    {
        while (await ListenAsync(_gap, _ => true) && !_line.Ended.IsCompleted)
        {
        }
    }

    private static bool IsEnough(List<byte> heard, byte unit) => Answer(heard, unit) is not null;

    /// <summary>The PDU of the whole frame of this unit that stands in what was heard, behind noise if need be.</summary>
    private static byte[]? Answer(List<byte> heard, byte unit)
    {
        var bytes = heard.ToArray().AsSpan();
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] != unit) continue;
            var rest = bytes[at..];
            var length = RtuFrame.AnswerLength(rest) ?? rest.Length;
            if (length <= rest.Length && RtuFrame.IsWhole(rest[..length])) return rest[1..(length - 2)].ToArray();
        }

        return null;
    }

    /// <summary>Hears for so long, or until a piece is taken as enough; false when nothing came.</summary>
    private async Task<bool> ListenAsync(TimeSpan span, Func<byte[], bool> isEnough, CancellationToken cancellation = default)
    {
        using var within = new CancellationTokenSource(span, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(within.Token, _stopping.Token, cancellation);
        var came = false;
        try
        {
            while (true)
            {
                var read = await _line.Input.ReadAsync(either.Token);
                var piece = read.Buffer.ToArray();
                _line.Input.AdvanceTo(read.Buffer.End);
                came |= piece.Length > 0;
                if (read.IsCompleted || isEnough(piece)) return came;
            }
        }
        catch (OperationCanceledException) when (within.IsCancellationRequested && !_stopping.IsCancellationRequested)
        {
            return came;
        }
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Taken back by ourselves.
        }
    }

    private sealed class Question(ModbusSerialLink link, MbapFrame frame, long at)
    {
        public ModbusSerialLink Link { get; } = link;
        public MbapFrame Frame { get; } = frame;
        public long At { get; } = at;
        public bool IsStale { get; set; }
    }
}
