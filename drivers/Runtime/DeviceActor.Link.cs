using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Runtime;

public sealed partial class DeviceActor<TReply>
{
    private const int MostProtocolErrors = 5;
    private static readonly TimeSpan ProtocolErrorWindow = TimeSpan.FromSeconds(60);

    // Polls without a single byte after which a link is lost, also where a driver's polls ask for no answer.
    private const int MissedPolls = 3;

    // While somebody looks around; the protocol's own gaps hold all the same.
    private static readonly TimeSpan HurriedPoll = TimeSpan.FromMilliseconds(500);

    private int _hurry;

    // A suspect link has this long to come back before people are told that the device is offline.
    private static readonly TimeSpan SuspectFor = TimeSpan.FromSeconds(5);

    // What a link that was given up is granted in any case: one that is opened anew at once is not worth an alarm.
    private static readonly TimeSpan ReturnWithin = TimeSpan.FromMilliseconds(500);

    private readonly Queue<long> _protocolErrors = new();
    private (string Reason, string Detail)? _giveUp;
    private string? _identity;
    private bool _isForeign;
    private bool _saidLost;
    private long _heardAt;
    private long _suspectAt;

    async Task<LinkVerdict> ILinkUser.UseAsync(ILink link)
    {
        var session = new LinkSession(link);
        _mailbox.Post(new(MessageKind.Linked, session));
        await session.Left.Task;
        return new(session.WasInStep, session.NotBefore);
    }

    void ILinkUser.OpenFailed(string reason, string detail) => _mailbox.Post(new(MessageKind.OpenFailed, reason, detail));

    private void Linked(LinkSession session)
    {
        if (_stopped)
        {
            session.Left.TrySetResult();
            return;
        }

        Counters.LinkOpened();
        _session = session;
        _giveUp = null;
        _hidesAnswer = false;
        _missed = 0;
        _heardAt = _time.GetTimestamp();
        _alarm.Start(Clock.Synchronise, _manifest.SyncWithin);
        if (_status.State is DeviceState.Init) Become(DeviceState.Init, StatusReasons.Synchronising);
        _ = ReadAsync(session, _driver.Codec);
        _driver.OnLinked();
    }

    /// <summary>Reads one link to its end. One of the named loops: a codec that throws is a crash of the driver, told to the mailbox.</summary>
    private async Task ReadAsync(LinkSession session, IWireCodec<TReply> codec)
    {
        var end = LinkEnd.Failed;
        try
        {
            var input = session.Link.Input;
            var batch = new ReplyBatch<TReply>(session);
            var held = 0L;
            while (true)
            {
                var read = await input.ReadAsync();
                var rest = read.Buffer;

                // What waited for its end came with an earlier read.
                Passed('<', rest.Slice(held), _hidesAnswer);
                while (true)
                {
                    while (batch.Replies.Count < ReplyBatch<TReply>.Most && codec.TryRead(ref rest, out var reply)) batch.Replies.Add(reply);
                    var more = batch.Replies.Count == ReplyBatch<TReply>.Most;
                    if (batch.Replies.Count == 0) break;
                    _mailbox.PostInline(new(MessageKind.Replies, batch));
                    await batch.Handled;
                    if (!more) break;
                }

                if (rest.Length > codec.MaxReplyLength)
                {
                    _mailbox.Post(new(MessageKind.Garbage, session));
                    rest = rest.Slice(rest.End);
                }

                held = rest.Length;
                input.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted || read.IsCanceled) break;
            }

            await input.CompleteAsync();
            end = await session.Link.Ended;
        }
        catch (Exception bug)
        {
            _mailbox.Post(new(MessageKind.Garbage, session, bug));
        }
        finally
        {
            _mailbox.Post(new(MessageKind.LinkEnded, session, end));
        }
    }

    private void Heard(ReplyBatch<TReply> batch)
    {
        try
        {
            if (batch.Session != _session) return;
            _heardAt = _time.GetTimestamp();
            Counters.Received(batch.Replies.Count);
            if (_alarm.IsRunning(Clock.Quiet)) _alarm.Start(Clock.Quiet, _manifest.Reply.Quiet);
            foreach (var reply in batch.Replies)
            {
                if (_giveUp is not null || _session is null) return;
                Replied(reply);
            }
        }
        finally
        {
            batch.SetHandled();
        }
    }

    private void Garbage(LinkSession session, Exception? bug)
    {
        if (session != _session) return;
        if (bug is not null) throw new InvalidOperationException("the codec failed", bug);
        Counters.ProtocolError();
        _protocolErrors.Enqueue(_time.GetTimestamp());
        while (_time.GetElapsedTime(_protocolErrors.Peek()) > ProtocolErrorWindow) _protocolErrors.Dequeue();
        if (_protocolErrors.Count >= MostProtocolErrors) Raise(RuntimeFaults.ProtocolError.Code, "more bytes without a frame end than any reply has");
        GiveUp(StatusReasons.ProtocolError, "more bytes without a frame end than any reply has");
    }

    private void NotOpened(string reason, string detail)
    {
        if (_stopped || _session is not null) return;
        _alarm.Stop(Clock.Offline);
        Become(DeviceState.Offline, reason, DeviceStatus.UnknownMode);
        SayLost(reason, detail);
    }

    private void Ended(LinkSession session, LinkEnd end)
    {
        if (session != _session)
        {
            session.Left.TrySetResult();
            return;
        }

        var (reason, detail) = _giveUp ?? (end is LinkEnd.Silent ? StatusReasons.NoReply : StatusReasons.LinkClosed, $"the link ended: {end}");
        EndAll(CommandResult.Unreachable("the link was lost before the effect was seen"));
        LeaveLink(reason, detail);

        // A link that we gave up for silence is given a moment to come back before the device counts as gone.
        if (_alarm.IsRunning(Clock.Offline)) Become(DeviceState.Degraded, StatusReasons.LinkSuspect, DeviceStatus.UnknownMode);
        else Become(DeviceState.Offline, reason, DeviceStatus.UnknownMode);
    }

    private void StillSilent()
    {
        if (_status.State is DeviceState.Online) return;
        Become(DeviceState.Offline, StatusReasons.NoReply, DeviceStatus.UnknownMode);
        SayLost(StatusReasons.NoReply, "no answer, also not on a new link");
    }

    /// <summary>Ends the use of the link; its end is then told by the reader, and only then is everything let go.</summary>
    private void GiveUp(string reason, string detail, TimeSpan notBefore = default)
    {
        if (_session is null || _giveUp is not null) return;
        _giveUp = (reason, detail);
        _session.NotBefore = notBefore;
        _session.Link.Abort(reason == StatusReasons.NoReply ? LinkEnd.Silent : LinkEnd.Aborted);
    }

    private void LeaveLink(string reason, string detail, bool tellDriver = true)
    {
        var session = _session;
        if (session is null) return;
        _session = null;
        _giveUp = null;
        _flushing = false;
        _exchanges.Clear();
        _alarm.StopAll(keep: Clock.Offline);
        foreach (var (property, reading) in _readings.Stale()) _around.Observer.ReadingChanged(this, property, reading);
        if (session.WasInStep) SayLost(reason, detail);
        if (tellDriver) _driver.OnLinkLost();
        session.Link.Abort(LinkEnd.Aborted);
        session.Left.TrySetResult();
    }

    private void Poll()
    {
        if (_session is null || !_session.WasInStep) return;
        _alarm.Start(Clock.Poll, _hurry > 0 && _manifest.Round > 1 && PollEvery > HurriedPoll ? HurriedPoll : PollEvery);
        foreach (var (property, reading) in _readings.StaleByAge()) _around.Observer.ReadingChanged(this, property, reading);
        if (_manifest.CanBeAsked && _time.GetElapsedTime(_heardAt) > PollEvery * MissedPolls)
        {
            Suspect(isLost: true, $"nothing heard for {MissedPolls} polls");
            return;
        }

        if (_exchanges.HasOtherWork || _alarm.IsRunning(Clock.Quiet)) return;
        if (_hurry > 0) _hurry--;
        Counters.Polled();
        _driver.OnPoll();
    }

    // One more than the round: when that one is due the answers of the round are in.
    private void Hurry()
    {
        if (_session is not { WasInStep: true }) return;
        _hurry = _manifest.Round + 1;
        if (_manifest.Round > 1) _alarm.Start(Clock.Poll, TimeSpan.Zero);
    }

    private TimeSpan PollEvery => _plan.Poll ?? _manifest.Poll;

    private void SayLost(string reason, string detail)
    {
        if (_saidLost || _stopped) return;
        _saidLost = true;
        DeviceLost(_log, Id, reason, detail);
    }

    private void SayBack()
    {
        if (!_saidLost) return;
        _saidLost = false;
        DeviceBack(_log, Id);
    }
}
