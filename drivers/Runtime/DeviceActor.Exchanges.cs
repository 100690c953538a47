using System.Buffers;
using System.IO.Pipelines;
using AvGateway.Devices;

namespace AvGateway.Drivers.Runtime;

public sealed partial class DeviceActor<TReply>
{
    // Shared by all devices of a thread: a frame is built here and handed to the link at once, so that no device owns a buffer
    // and a codec that refuses half-way leaves nothing on the wire.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _frame;

    private static readonly ReadOnlySequence<byte> Hidden = new("***"u8.ToArray());

    // A device that repeats a log-in says the password. Read by the link's reader, before anybody knows what the bytes are.
    private volatile bool _hidesAnswer;
    private ReadingSource _source = ReadingSource.Push;
    private Exchange<TReply>? _again;
    private bool _flushing;
    private int _missed;

    private bool IsSendable => _session is not null && _giveUp is null && !_flushing && _exchanges.InFlight is null
        && !_alarm.IsRunning(Clock.Gap) && !_alarm.IsRunning(Clock.Quiet);

    private void Pump()
    {
        while (_session is not null && _giveUp is null)
        {
            if (_waiting.Count > 0 && !_exchanges.HasCommandWork && _again?.Command is null && IsUsable)
            {
                HandOver();
                continue;
            }

            if (!IsSendable) return;
            var next = Interlocked.Exchange(ref _again, null);
            if (next is null && !_exchanges.TryNext(out next)) return;
            Send(next);
        }
    }

    private void Send(Exchange<TReply> exchange)
    {
        if (exchange.Command is { IsEnded: true } ended && ended.Attempts == 0) return;
        if (exchange.Command is { IsEnded: false } asking && IsBarred(asking)) return;
        if (exchange.Command is { IsBarred: true }) return;
        var frame = _frame ??= new(256);
        frame.ResetWrittenCount();
        try
        {
            _driver.Codec.Write(exchange.Request, frame);
        }
        catch (ArgumentException refusal) when (exchange.Command is not null)
        {
            // The codec found a delimiter in what the caller gave: nothing of it reaches the wire (I19).
            End(exchange.Command, CommandResult.Rejected(refusal.Message));
            return;
        }

        if (exchange.Command is { } command && command.Attempts++ == 0) FirstSent(command);
        Counters.Sent();
        _hidesAnswer = _driver.Codec.Hides(exchange.Request) && exchange.OnReply is not null;
        Passed('>', new(frame.WrittenMemory), _driver.Codec.Hides(exchange.Request));
        _session!.Link.Output.Write(frame.WrittenSpan);
        if (frame.Capacity > 16 * 1024) _frame = null;
        if (exchange.OnReply is null)
        {
            StartGap();
        }
        else
        {
            _exchanges.InFlight = exchange;
            _alarm.Start(Clock.Reply, exchange.Timeout);
        }

        Flush(_session);
    }

    private void Flush(LinkSession session)
    {
        var flush = session.Link.Output.FlushAsync();
        if (flush.IsCompletedSuccessfully) return;
        _flushing = true;
        _ = FlushedAsync(session, flush);
    }

    private async Task FlushedAsync(LinkSession session, ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader of the same link sees its end and tells the reason.
            session.Link.Abort(Links.LinkEnd.Failed);
        }

        _mailbox.Post(new(MessageKind.Flushed));
    }

    private void Replied(TReply reply)
    {
        if (_exchanges.InFlight is { } exchange)
        {
            _source = exchange.Command is null ? ReadingSource.Poll : ReadingSource.ReadBack;
            var isAnswer = exchange.OnReply!(reply);
            _source = ReadingSource.Push;
            if (isAnswer)
            {
                if (_exchanges.InFlight == exchange) Answered();
                return;
            }
        }

        _driver.OnUnsolicited(reply);
    }

    private void Answered()
    {
        _exchanges.InFlight = null;
        _hidesAnswer = false;
        _alarm.Stop(Clock.Reply);
        _missed = 0;
        StartGap();
        if (_session is { WasInStep: true } && _status.Reason == StatusReasons.LinkSuspect) BecomeUsable();
    }

    private void StartGap()
    {
        if (_manifest.Reply.Gap > TimeSpan.Zero) _alarm.Start(Clock.Gap, _manifest.Reply.Gap);
    }

    private void TimedOut()
    {
        if (_exchanges.InFlight is not { } exchange) return;
        Counters.TimedOut();
        _exchanges.InFlight = null;
        _missed++;
        var isLost = _manifest.Reply.AfterTimeout is Resync.Reconnect || _missed >= _manifest.Reply.MissedBeforeLost;
        if (!isLost && exchange.AttemptsLeft > 1 && exchange.Command is not { IsEnded: true })
        {
            exchange.AttemptsLeft--;
            _again = exchange;
        }
        else if (exchange.Command is { } command)
        {
            End(command, new(CommandOutcome.NoReply, $"no answer within {exchange.Timeout.TotalSeconds:0.#} s", Retryable: true));
        }

        Suspect(isLost, $"no answer within {exchange.Timeout.TotalSeconds:0.#} s");
    }

    private void Suspect(bool isLost, string detail)
    {
        if (_status.State is DeviceState.Online)
        {
            _suspectAt = _time.GetTimestamp();
            Become(DeviceState.Degraded, StatusReasons.LinkSuspect);
        }

        if (!isLost)
        {
            _alarm.Start(Clock.Quiet, _manifest.Reply.Quiet);
            return;
        }

        foreach (var (property, reading) in _readings.Stale()) _around.Observer.ReadingChanged(this, property, reading);
        if (_session is { WasInStep: true }) _alarm.Start(Clock.Offline, LeftOfSuspicion());
        GiveUp(StatusReasons.NoReply, detail);
    }

    // Counted from the first question without an answer: repeating it must not put off what people are told (offline within 15 s).
    private TimeSpan LeftOfSuspicion()
    {
        var left = SuspectFor - _time.GetElapsedTime(_suspectAt);
        return left > ReturnWithin ? left : ReturnWithin;
    }

    private void QuietAgain()
    {
        // Nothing came any more, so the next answer belongs to the next question. Ask at once: either it proves life or the link is lost.
        if (_again is null && !_exchanges.HasOtherWork && !_exchanges.HasCommandWork && _session is { WasInStep: true })
        {
            Counters.Polled();
            _driver.OnPoll();
        }
    }
}
