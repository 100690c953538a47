namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>What comes in: requests with their repetitions, answers to the endpoint's own requests.</summary>
internal sealed partial class SimulatedSip
{
    private const int MostAnswered = 512;

    public void Take(SipSession session, SipPacket packet)
    {
        if (!packet.IsRequest) TakeAnswer(packet);
        else if (packet.Method == "ACK") TakeAck(packet);
        else if (_answered.TryGetValue(KeyOf(packet), out var before)) session.Say(before);
        else TakeRequest(session, packet);
    }

    private static string KeyOf(SipPacket request) => $"{request.Branch} {request.Method} {request.Sequence}";

    private void TakeRequest(SipSession session, SipPacket request)
    {
        switch (request.Method)
        {
            case "OPTIONS": Reply(session, request, _switches.Busy.Now ? 486 : 200, r => Capable(r)); break;
            case "INVITE" when request.ToTag.Length > 0: Reinvited(session, request); break;
            case "INVITE": Invited(session, request); break;
            case "CANCEL": Cancelled(session, request); break;
            case "BYE": HungUp(session, request); break;
            case "SUBSCRIBE": Subscribed(session, request); break;
            case "NOTIFY": Noticed(session, request); break;
            case "REFER": Referred(session, request); break;
            case "INFO" or "UPDATE" or "MESSAGE": Reply(session, request, 200); break;
            default: Reply(session, request, 405, r => r.Add("Allow", SipWords.Methods)); break;
        }
    }

    private SipPacket Capable(SipPacket reply) =>
        reply.Add("Allow", SipWords.Methods).Add("Accept", SipWords.Description).Add("Supported", "timer").Add("Server", _product);

    private void Reply(SipSession session, SipPacket request, int status, Action<SipPacket>? fill = null, string? tag = null)
    {
        var reply = request.Reply(status, tag ?? Fresh("sim"));
        fill?.Invoke(reply);
        Answer(session, request, reply);
    }

    /// <summary>Says a response, and keeps it for the request's repetitions: what was asked is done once.</summary>
    private void Answer(SipSession session, SipPacket request, SipPacket reply)
    {
        var key = KeyOf(request);
        if (!_answered.ContainsKey(key))
        {
            _answeredOrder.Enqueue(key);
            if (_answeredOrder.Count > MostAnswered) _answered.Remove(_answeredOrder.Dequeue());
        }

        _answered[key] = reply;
        session.Say(reply);
    }

    private void Noticed(SipSession session, SipPacket request)
    {
        if (request["Event"].Split(';')[0].Trim() != "check-sync")
        {
            Reply(session, request, 489, r => r.Add("Allow-Events", "check-sync"));
        }
        else if (Refuse.On)
        {
            Reply(session, request, RefusalStatus());
        }
        else
        {
            Reply(session, request, 200);
            if (!Frozen && request["Event"].Contains("reboot=true", StringComparison.Ordinal)) Reboot();
        }
    }

    private int RefusalStatus() => int.TryParse(Refuse.Code, out var code) && code is >= 400 and < 700 ? code : 403;

    /// <summary>A request of the endpoint; over UDP it is repeated until an answer comes (timer E).</summary>
    private void Ask(SipSession session, SipPacket request, Action<SipPacket> answered)
    {
        var waiting = new SipOutgoing(request, session, answered);
        _outgoing[request.Branch] = waiting;
        session.Say(request);
        if (session.IsDatagram) Repeat(waiting, T1, T1);
        else waiting.Next = After(GiveUp, () => _outgoing.Remove(request.Branch));
    }

    private void Repeat(SipOutgoing waiting, TimeSpan gap, TimeSpan age) => waiting.Next = After(gap, () =>
    {
        if (age >= GiveUp || !waiting.Session.IsOpen)
        {
            _outgoing.Remove(waiting.Request.Branch);
            return;
        }

        waiting.Session.Say(waiting.Request);
        var longer = gap * 2 > T2 ? T2 : gap * 2;
        Repeat(waiting, longer, age + longer);
    });

    private void TakeAnswer(SipPacket answer)
    {
        if (answer.Status < 200 || !_outgoing.Remove(answer.Branch, out var waiting)) return;
        waiting.Next?.Dispose();
        waiting.Answered(answer);
    }

    /// <summary>A request with what every request has; the caller adds From, To, Call-ID and CSeq.</summary>
    private SipPacket Request(SipSession session, string method, string uri) => new SipPacket($"{method} {uri} SIP/2.0")
        .Add("Via", $"SIP/2.0/{session.Transport} {Host};rport;branch=z9hG4bK{Fresh("sim")}")
        .Add("Max-Forwards", "70");
}
