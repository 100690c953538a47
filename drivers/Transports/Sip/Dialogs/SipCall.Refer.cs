using System.Text;

namespace AvGateway.Drivers.Transports.Sip;

/// <summary>Sending the peer elsewhere, and being sent elsewhere (RFC 3515).</summary>
internal sealed partial class SipCall
{
    /// <summary>How long the peer is kept informed; an attempt that takes longer has failed.</summary>
    private static readonly TimeSpan ReportFor = TimeSpan.FromMinutes(3);

    private readonly List<Referral> _referrals = [];

    public Task<SipAnswer> ReferAsync(SipUri target) => AskAsync(done => Send(
        SipMethods.Refer,
        r =>
        {
            r.Headers.Add(SipHeaders.ReferTo, new SipAddress(target).ToString());
            r.Headers.Add(SipHeaders.ReferredBy, new SipAddress(_dialog!.Local.Uri).ToString());
        },
        done));

    private void Notified(ServerTransaction transaction)
    {
        var package = transaction.Request.Headers[SipHeaders.Event]?.Split(';')[0].Trim();
        if (package != "refer")
        {
            transaction.Answer(489, h => h.Add(SipHeaders.AllowEvents, "refer"));
            return;
        }

        transaction.Answer(200);
        if (SipFragment.TryStatus(transaction.Request.Body.Span, out var status)) _observer?.ReferProgressed(this, status);
    }

    private void Referred(ServerTransaction transaction)
    {
        if (!SipAddress.TryParse(transaction.Request.Headers[SipHeaders.ReferTo] ?? "", out var target))
        {
            transaction.Answer(400);
            return;
        }

        var referral = new Referral(this, transaction.Request.Sequence!.Value.Number);
        if (_observer?.ReferRequested(this, target.Uri, referral) != true)
        {
            transaction.Answer(603);
            return;
        }

        transaction.Answer(202, h => h.Add(SipHeaders.Contact, _core.ContactFor(_peer, Target.User)));
        _referrals.Add(referral);
        referral.Report(100);
        After(ReportFor, () => referral.Report(408));
    }

    private void EndReferrals() => _referrals.Clear();

    private sealed class Referral(SipCall call, uint number) : ISipReferral
    {
        private bool _over;

        public Task ReportAsync(int status) => call.RunAsync(() => Report(status));

        public void Report(int status)
        {
            if (_over || call._dialog is null || call._status.State != SipCallState.Connected || status is < 100 or > 699) return;
            _over = status >= 200;
            var line = $"SIP/2.0 {SipMessage.Text(status)} {SipReply.ReasonOf(status)}\r\n";
            var state = _over ? "terminated;reason=noresource" : $"active;expires={SipMessage.Text((int)ReportFor.TotalSeconds)}";
            call.Send(
                SipMethods.Notify,
                r =>
                {
                    r.Headers.Add(SipHeaders.Event, "refer;id=" + SipMessage.Text((int)number));
                    r.Headers.Add(SipHeaders.SubscriptionState, state);
                    r.SetBody("message/sipfrag;version=2.0", Encoding.ASCII.GetBytes(line));
                },
                _ => { });
        }
    }
}

/// <summary>The status line in a message/sipfrag body (RFC 3420).</summary>
internal static class SipFragment
{
    public static bool TryStatus(ReadOnlySpan<byte> body, out int status)
    {
        status = 0;
        if (!body.StartsWith("SIP/2.0 "u8) || body.Length < 11) return false;
        return System.Buffers.Text.Utf8Parser.TryParse(body.Slice(8, 3), out status, out var used) && used == 3
            && status is >= 100 and < 700;
    }
}
