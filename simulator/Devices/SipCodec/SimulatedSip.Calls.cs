namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>Calls: those that come over the wire, those that the endpoint makes to imagined parties, and those parties when called.</summary>
internal sealed partial class SimulatedSip
{
    private const int ImaginedPort = 20_000;

    private readonly List<SipCall> _calls = [];

    private int OwnCalls => _calls.Count(c => !c.IsFarEnd);

    private void Invited(SipSession session, SipPacket invite)
    {
        var user = SipPacket.User(invite.Uri);
        var isFarEnd = user.Length > 0 && user != _user;
        var call = new SipCall(Fresh("call"), invite.CallId, incoming: true, SipPacket.Address(invite["From"]))
        {
            IsFarEnd = isFarEnd,
            Invite = invite,
            Session = session,
            LocalTag = Fresh("sim"),
            RemoteTarget = SipPacket.Address(invite["Contact"]),
        };
        Answer(session, invite, invite.Reply(100));
        if (isFarEnd) CalledThrough(call);
        else CalledHere(call);
    }

    private void CalledHere(SipCall call)
    {
        var refusal = Refuse.On ? RefusalStatus() : _switches.Status.Now ?? (_switches.Busy.Now || OwnCalls >= _lines ? 486 : 0);
        _calls.Add(call);
        if (refusal > 0)
        {
            Decline(call, refusal);
            return;
        }

        // Acknowledged, and nothing happens.
        if (Frozen) return;
        Ring(call);
        if (_switches.NoAnswer.Now) call.Next = After(_switches.NoAnswerTime.Now, () => Decline(call, 480));
        else call.Next = After(_switches.AnswerTime.Now, () => Accept(call));
    }

    private void CalledThrough(SipCall call)
    {
        _calls.Add(call);
        call.Next = After(_switches.DialTime.Now, () =>
        {
            if (FarEndStatus() is var absent and (404 or 480))
            {
                Decline(call, absent);
                return;
            }

            Ring(call);
            Decide(call, accept: () => Accept(call), refuse: status => Decline(call, status));
        });
    }

    /// <summary>Calls an imagined party, as by hand or by REFER.</summary>
    private SipCall Place(string uri, Action<int>? progress = null)
    {
        var call = new SipCall(Fresh("call"), $"{Fresh("own")}@{Host}", incoming: false, uri) { LocalTag = Fresh("sim") };
        _calls.Add(call);
        Tell(call);
        call.Next = After(_switches.DialTime.Now, () =>
        {
            if (FarEndStatus() is var absent and (404 or 480))
            {
                Fail(call, absent, progress);
                return;
            }

            Become(call, SipCallStage.Early);
            progress?.Invoke(180);
            Decide(
                call,
                () =>
                {
                    Become(call, SipCallStage.Confirmed);
                    progress?.Invoke(200);
                },
                status => Fail(call, status, progress));
        });
        return call;
    }

    private int FarEndStatus() => _switches.FarEnd.Now switch
    {
        "busy" => 486,
        "rejects" => 603,
        "unknown" => 404,
        "unreachable" => 480,
        _ => 0,
    };

    private void Decide(SipCall call, Action accept, Action<int> refuse)
    {
        if (_switches.FarEnd.Now == "no-answer") call.Next = After(_switches.NoAnswerTime.Now, () => refuse(480));
        else if (FarEndStatus() is > 0 and var status) call.Next = After(_switches.RingTime.Now, () => refuse(status));
        else call.Next = After(_switches.RingTime.Now, accept);
    }

    private void Fail(SipCall call, int status, Action<int>? progress)
    {
        (call.Cause, call.Code) = ("rejected", status);
        Become(call, SipCallStage.Terminated);
        progress?.Invoke(status);
    }

    private ControlProblem? Called(FrontPanelArgs args)
    {
        if (!args.Text("uri", out var uri)) return args.Problem;
        var name = "";
        if (args.Has("name") && !args.Text("name", out name)) return args.Problem;
        var call = new SipCall(Fresh("call"), $"{Fresh("in")}@{Host}", incoming: true, uri) { LocalTag = Fresh("sim"), Name = name };
        _calls.Add(call);
        Become(call, SipCallStage.Early);
        call.Next = After(_switches.NoAnswerTime.Now, () => Fail(call, 480, null));
        return null;
    }

    private void AnswerByHand(SipCall call)
    {
        call.Next?.Dispose();
        if (call.Invite is null) Become(call, SipCallStage.Confirmed);
        else Accept(call);
    }

    private void FarEndHangsUp()
    {
        ForEach(c => c.Invite is null, c => HangUp(c, "remote-bye"));
        ForEach(c => c.IsFarEnd, c => HangUp(c, "local-bye"));
    }

    private void Ring(SipCall call)
    {
        Answer(call.Session!, call.Invite!, call.Invite!.Reply(180, call.LocalTag).Add("Contact", Contact));
        Become(call, SipCallStage.Early);
    }

    private void Decline(SipCall call, int status)
    {
        if (call.IsOver) return;
        if (call.Invite is { } invite) Answer(call.Session!, invite, invite.Reply(status, call.LocalTag));
        (call.Cause, call.Code) = ("rejected", status);
        Become(call, SipCallStage.Terminated);
    }

    private void Accept(SipCall call)
    {
        if (call.IsOver) return;
        OpenMedia(call);
        var reply = Accepting(call, call.Invite!, call.LocalTag);
        RepeatUntilAcknowledged(call, reply, T1, TimeSpan.Zero);
        Answer(call.Session!, call.Invite!, reply);
        if (_switches.Forked.Now && !call.IsFarEnd) call.Session!.Say(Accepting(call, call.Invite!, Fresh("sim")));
        Become(call, SipCallStage.Confirmed);
    }

    private SipPacket Accepting(SipCall call, SipPacket invite, string tag)
    {
        var port = call.Media?.Port ?? ImaginedPort;
        call.Sequence++;
        var body = invite.Body.Length == 0
            ? SipDescription.Offer(MediaAddress, port, call.Sequence)
            : SipDescription.Answer(invite.Body, MediaAddress, port, call.Sequence, follows: !Frozen);
        Direct(call, invite.Body);
        return invite.Reply(200, tag).Add("Contact", Contact).Add("Allow", SipWords.Methods).Add("Server", _product).With(SipWords.Description, body);
    }

    private System.Net.IPAddress MediaAddress => Wired?.Address ?? System.Net.IPAddress.Loopback;

    private void OpenMedia(SipCall call)
    {
        if (Wired is { Address: var address } && !call.IsFarEnd) call.Media ??= new(this, _switches, address, Common.Seed.Now);
    }

    /// <summary>Whoever acknowledges last says where sound goes.</summary>
    private void Direct(SipCall call, string description)
    {
        if (description.Length == 0) return;
        if (!Frozen) call.IsHeld = SipDescription.Holds(description);
        if (call.Media is { } media) media.Remote = SipDescription.Audio(description);
    }

    private void RepeatUntilAcknowledged(SipCall call, SipPacket reply, TimeSpan gap, TimeSpan age) => call.Repeating = After(gap, () =>
    {
        if (age >= GiveUp)
        {
            HangUp(call, "timeout");
            return;
        }

        call.Session!.Say(reply);
        RepeatUntilAcknowledged(call, reply, gap * 2 > T2 ? T2 : gap * 2, age + gap);
    });

    private void TakeAck(SipPacket ack)
    {
        if (Find(ack) is not { } call) return;
        call.Repeating?.Dispose();
        if (call.Invite?.Body.Length == 0) Direct(call, ack.Body);
    }

    private SipCall? Find(SipPacket request) => _calls.Find(c => c.CallId == request.CallId && c.LocalTag == request.ToTag && !c.IsOver);

    private void Reinvited(SipSession session, SipPacket invite)
    {
        if (Find(invite) is not { } call)
        {
            Reply(session, invite, 481);
            return;
        }

        if (Refuse.On)
        {
            Reply(session, invite, RefusalStatus());
            return;
        }

        call.Session = session;
        call.Repeating?.Dispose();
        var reply = Accepting(call, invite, call.LocalTag);
        RepeatUntilAcknowledged(call, reply, T1, TimeSpan.Zero);
        Answer(session, invite, reply);
        Tell(call);
    }

    private void Cancelled(SipSession session, SipPacket cancel)
    {
        var call = _calls.Find(c => c.Invite?.Branch == cancel.Branch && c.Stage < SipCallStage.Confirmed);
        Reply(session, cancel, call is null ? 481 : 200);
        if (call is null) return;
        Answer(session, call.Invite!, call.Invite!.Reply(487, call.LocalTag));
        (call.Cause, call.Code) = ("cancelled", 487);
        Become(call, SipCallStage.Terminated);
    }

    private void HungUp(SipSession session, SipPacket bye)
    {
        if (_switches.LosesBye.Now) return;
        var call = Find(bye);

        // The second branch of a forked answer is not kept as a call: its BYE is right all the same.
        var isBranch = call is null && _calls.Exists(c => c.CallId == bye.CallId);
        Reply(session, bye, call is null && !isBranch ? 481 : 200);
        if (call is null || Frozen) return;
        call.Cause = "remote-bye";
        Become(call, SipCallStage.Terminated);
    }

    private void HangUp(SipCall call, string cause)
    {
        if (call.IsOver) return;
        if (call.Invite is { } invite && call.Stage < SipCallStage.Confirmed)
        {
            Decline(call, 603);
            return;
        }

        call.Cause = cause;
        if (call.Invite is not null && !_switches.LosesBye.Now) SendBye(call);
        Become(call, SipCallStage.Terminated);
    }

    private void SendBye(SipCall call)
    {
        var (session, invite) = (call.Session!, call.Invite!);
        var bye = Request(session, "BYE", call.RemoteTarget)
            .Add("From", $"{invite["To"]};tag={call.LocalTag}").Add("To", invite["From"])
            .Add("Call-ID", call.CallId).Add("CSeq", "1 BYE");
        Ask(session, bye, static _ => { });
    }

    private void Become(SipCall call, SipCallStage stage)
    {
        if (call.IsOver) return;
        call.Stage = stage;
        if (stage == SipCallStage.Terminated)
        {
            call.Next?.Dispose();
            call.Repeating?.Dispose();
            call.Media?.Dispose();
            _calls.Remove(call);
        }

        Tell(call);
    }
}
