namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What comes in.</summary>
internal sealed partial class SipTransactions
{
    private void Deliver(SipMessage message, SipVerdict verdict, SipSource source)
    {
        SipLog.Passed(log, '<', source.Peer, message);
        if (message is SipRequest request) Deliver(request, verdict, source);
        else if (verdict.IsAccepted) Deliver((SipResponse)message, source);
        else Refuse(verdict, source);
    }

    /// <summary>
    /// §17.1.3: branch of the topmost Via and method of CSeq. A response that is not ours (another sent-by) has no such branch.
    /// </summary>
    private void Deliver(SipResponse response, SipSource source)
    {
        if (_clients.TryGetValue(ClientTransaction.KeyOf(response.Via!.Branch ?? "", response.Sequence!.Value.Method), out var transaction))
        {
            transaction.Received(response);
        }
        else if (response.IsSuccess && response.Sequence.Value.Method == SipMethods.Invite)
        {
            User?.Strayed(response, source);
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private void Deliver(SipRequest request, SipVerdict verdict, SipSource source)
    {
        if (request.Via is null)
        {
            Refuse(verdict, source);
            return;
        }

        SipRoutes.Stamp(request, source.Peer.EndPoint);
        if (!verdict.IsAccepted)
        {
            Refuse(verdict, source);
            if (verdict.Status != 0 && Allowed(source)) AnswerWithoutState(request, source, verdict.Status, verdict);
            return;
        }

        var key = KeyOf(request, request.Method == SipMethods.Ack ? SipMethods.Invite : request.Method);
        if (_servers.TryGetValue(key, out var known)) known.Repeated(request);
        else if (request.Method == SipMethods.Ack) User?.Acknowledged(request);
        else if (!Allowed(source)) Interlocked.Increment(ref _dropped);
        else if (_servers.Count >= options.Transactions) AnswerWithoutState(request, source, 503, SipVerdict.Accepted);
        else Begin(request, source, key);
    }

    private void Begin(SipRequest request, SipSource source, string key)
    {
        var mergeKey = request.To!.Tag is null && request.Method != SipMethods.Cancel
            ? $"{request.From!.Tag}|{request.CallId}|{request.Sequence}"
            : null;
        var merged = mergeKey is not null && !_merges.Add(mergeKey);
        if (merged) mergeKey = null;
        ServerTransaction transaction = request.Method == SipMethods.Invite
            ? new InviteServerTransaction(this, request, source, key) { MergeKey = mergeKey }
            : new PlainServerTransaction(this, request, source, key) { MergeKey = mergeKey };
        _servers[key] = transaction;
        if (merged)
        {
            // §8.2.2.2: the same request has come by another way, forked by somebody: one of them is enough.
            transaction.Answer(482);
        }
        else if (request.Method == SipMethods.Cancel)
        {
            Cancel(transaction);
        }
        else
        {
            User?.Requested(transaction);
        }
    }

    private void Cancel(ServerTransaction cancel)
    {
        if (!_servers.TryGetValue(KeyOf(cancel.Request, SipMethods.Invite), out var found) || found is not InviteServerTransaction invite)
        {
            cancel.Answer(481);
            return;
        }

        cancel.Answer(200);
        if (!invite.HasFinal) User?.Cancelled(invite);
    }

    /// <summary>
    /// §17.2.3: branch, sent-by and method. Without the cookie the peer follows RFC 2543, and target, From tag, Call-ID, number and
    /// topmost Via together have to do.
    /// </summary>
    private static string KeyOf(SipRequest request, string method)
    {
        var via = request.Via!;
        return via.HasMagicCookie
            ? $"{via.Branch}|{via.Host.ToLowerInvariant()}:{via.Port ?? 0}|{method}"
            : $"{request.Uri}|{request.From!.Tag}|{request.CallId}|{request.Sequence!.Value.Number}|{via}|{method}";
    }

    private bool Allowed(SipSource source)
    {
        var allowed = _gate.Allows(source.Peer.EndPoint.Address, out var first);
        if (first) SipLog.Flooding(log, source.Peer.EndPoint.Address);
        return allowed;
    }

    private void Refuse(SipVerdict verdict, SipSource source)
    {
        Interlocked.Increment(ref _refused);
        SipLog.Refused(log, source.Peer, verdict);
    }

    private void AnswerWithoutState(SipRequest request, SipSource source, int status, SipVerdict verdict)
    {
        if (request.Method == SipMethods.Ack) return;
        var response = SipReply.To(request, status, SipIds.Tag());
        if (!verdict.IsAccepted) response.Headers.Add(SipHeaders.Warning, $"399 avgateway \"{verdict.Fault} in {verdict.Where}\"");
        if (status == 503) response.Headers.Add(SipHeaders.RetryAfter, "10");
        SendRaw(response, source, request, SipWriter.ToBytes(response));
    }
}
