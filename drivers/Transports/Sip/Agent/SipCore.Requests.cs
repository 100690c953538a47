namespace AvGateway.Drivers.Transports.Sip;

/// <summary>The server side: what every request must pass (RFC 3261 §8.2), and those that belong to no dialog.</summary>
internal sealed partial class SipCore
{
    private const string Extensions = "timer";

    void IRequestUser.Requested(ServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.To!.Tag is { } tag)
        {
            if (_owners.TryGetValue(KeyOf(request.CallId, tag), out var owner)) Within(owner, transaction);
            else transaction.Answer(481);
            return;
        }

        if (!request.Uri!.IsSip) transaction.Answer(416);
        else if (Passes(transaction)) Outside(transaction);
    }

    private static void Within(IDialogOwner owner, ServerTransaction transaction)
    {
        if (Passes(transaction)) owner.Requested(transaction);
    }

    /// <summary>§8.2.2.3 and §8.2.3: extensions and bodies that we do not know are named in the refusal.</summary>
    private static bool Passes(ServerTransaction transaction)
    {
        var request = transaction.Request;
        var unknown = request.Headers.Values(SipHeaders.Require).Where(e => !e.Equals(Extensions,
            StringComparison.OrdinalIgnoreCase)).ToArray();
        if (unknown.Length > 0 && request.Method != SipMethods.Cancel)
        {
            transaction.Answer(420, h => h.Add(SipHeaders.Unsupported, string.Join(", ", unknown)));
            return false;
        }

        if (request.Headers[SipHeaders.ContentEncoding] is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            transaction.Answer(415, h => h.Add("Accept-Encoding", "identity"));
            return false;
        }

        if (request.Method is not (SipMethods.Invite or SipMethods.Update)) return true;
        var type = request.ContentType;
        if (!request.Body.IsEmpty && type != "application/sdp" && type?.StartsWith("multipart/", StringComparison.Ordinal) != true)
        {
            transaction.Answer(415, h => h.Add(SipHeaders.Accept, "application/sdp"));
            return false;
        }

        var accept = request.Headers.Values(SipHeaders.Accept);
        if (accept.Count == 0 || accept.Any(a => a.Split(';')[0].Trim() is "application/sdp" or "application/*" or "*/*")) return true;
        transaction.Answer(406);
        return false;
    }

    private void Outside(ServerTransaction transaction)
    {
        var request = transaction.Request;
        switch (request.Method)
        {
            case SipMethods.Options:
                transaction.Answer(200, Capabilities);
                break;
            case SipMethods.Invite:
                Called((InviteServerTransaction)transaction);
                break;
            case SipMethods.Message:
                var text = SipMultipart.Find(request, "text/plain");
                if (Incoming?.MessageReceived(request.From!, System.Text.Encoding.UTF8.GetString(text.Span)) == true)
                    transaction.Answer(200);
                else transaction.Answer(405, Allowed);
                break;
            case SipMethods.Notify:
                transaction.Answer(Incoming?.Notified(request.From!, request.Headers[SipHeaders.Event] ?? "", request.BodyText) == true
                    ? 200
                    : 481);
                break;
            case SipMethods.Subscribe:
                transaction.Answer(489, h => h.Add(SipHeaders.AllowEvents, "refer"));
                break;
            case SipMethods.Refer:
                // Outside of a call nobody here could say whose call it would be.
                transaction.Answer(603);
                break;
            case SipMethods.Bye or SipMethods.Info or SipMethods.Update or SipMethods.Prack:
                transaction.Answer(481);
                break;
            default:
                transaction.Answer(SipMethods.IsKnown(request.Method) ? 405 : 501, Allowed);
                break;
        }
    }

    private void Called(InviteServerTransaction transaction)
    {
        if (transaction.Request.Headers[SipHeaders.Contact] is null)
        {
            transaction.Answer(400);
            return;
        }

        if (Incoming is not { } incoming || !HasRoom)
        {
            transaction.Answer(486);
            return;
        }

        var call = new SipCall(this, transaction);
        call.Offer(incoming);
    }

    internal void Capabilities(SipHeaderList headers)
    {
        Allowed(headers);
        headers.Add(SipHeaders.Accept, "application/sdp, text/plain");
        headers.Add(SipHeaders.Supported, Extensions);
        headers.Add(SipHeaders.Server, Product);
    }

    private static void Allowed(SipHeaderList headers) => headers.Add(SipHeaders.Allow, SipMethods.Understood);
}
