using System.Globalization;
using System.Net;
using System.Security;
using System.Text;

namespace AvGateway.Simulator.Devices.SipCodec;

/// <summary>Subscriptions (RFC 6665) to calls and to the registration, REFER with its reports, and the endpoint's own registration.</summary>
internal sealed partial class SimulatedSip
{
    private const int LongestExpires = 3600;

    private readonly List<SipSubscriber> _subscriptions = [];
    private bool _registered;
    private IDisposable? _refresh;

    private void Subscribed(SipSession session, SipPacket request)
    {
        var package = request["Event"].Split(';')[0].Trim();
        var known = package == "reg" || (package == "dialog" && _switches.DialogEvents.Now);
        if (!known)
        {
            Reply(session, request, 489, r => r.Add("Allow-Events", "reg"));
            return;
        }

        var expires = Math.Min(int.TryParse(request["Expires"], out var wanted) ? wanted : LongestExpires, LongestExpires);
        var subscriber = _subscriptions.Find(s => s.Request.CallId == request.CallId && s.Tag == request.ToTag);
        if (subscriber is null && request.ToTag.Length > 0)
        {
            Reply(session, request, 481);
            return;
        }

        if (subscriber is null) _subscriptions.Add(subscriber = new(package, request, Fresh("sim")));
        subscriber.Session = session;
        subscriber.Until = Now.AddSeconds(expires);
        if (expires == 0) _subscriptions.Remove(subscriber);
        Reply(session, request, 200, r => r.Add("Expires", expires.ToString(CultureInfo.InvariantCulture)).Add("Contact", Contact), subscriber.Tag);
        if (package == "dialog") Notify(subscriber, SipWords.DialogInfo, Dialogs(subscriber, [.. _calls.Where(c => !c.IsFarEnd)], full: true));
        else Notify(subscriber, SipWords.RegistrationInfo, Registration(subscriber));
    }

    /// <summary>A call has changed: whoever has subscribed hears of it alone.</summary>
    private void Tell(SipCall call)
    {
        if (call.IsFarEnd) return;
        foreach (var subscriber in _subscriptions.Where(s => s.Package == "dialog" && s.Until > Now).ToArray())
            Notify(subscriber, SipWords.DialogInfo, Dialogs(subscriber, [call], full: false));
    }

    private void NotifyRegistration()
    {
        foreach (var subscriber in _subscriptions.Where(s => s.Package == "reg" && s.Until > Now).ToArray())
            Notify(subscriber, SipWords.RegistrationInfo, Registration(subscriber));
    }

    private void Notify(SipSubscriber subscriber, string type, string body)
    {
        if (type == SipWords.DialogInfo && _switches.SkipsVersion.Now && subscriber.Version % 2 == 0 && subscriber.Version > 1) return;
        var left = subscriber.IsOver ? 0 : Math.Max(0, (int)(subscriber.Until - Now).TotalSeconds);
        var state = left == 0 ? "terminated;reason=" + (subscriber.IsOver ? "noresource" : "timeout") : $"active;expires={left}";
        var (session, request) = (subscriber.Session, subscriber.Request);
        var notify = Request(session, "NOTIFY", SipPacket.Address(request["Contact"]))
            .Add("From", $"{request["To"]};tag={subscriber.Tag}").Add("To", request["From"])
            .Add("Call-ID", request.CallId).Add("CSeq", $"{++subscriber.Sequence} NOTIFY")
            .Add("Contact", Contact).Add("Event", subscriber.Package).Add("Subscription-State", state).With(type, body);
        Ask(session, notify, answer =>
        {
            if (answer.Status is 481 or 489) _subscriptions.Remove(subscriber);
        });
    }

    private string Dialogs(SipSubscriber subscriber, IReadOnlyList<SipCall> calls, bool full)
    {
        var xml = new StringBuilder("<?xml version=\"1.0\"?>\r\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" ");
        xml.Append(CultureInfo.InvariantCulture, $"version=\"{subscriber.Version++}\" state=\"{(full ? "full" : "partial")}\" entity=\"sip:{_user}@{Host}\">\r\n");
        foreach (var call in calls)
        {
            xml.Append(CultureInfo.InvariantCulture,
                $"<dialog id=\"{call.Id}\" call-id=\"{SecurityElement.Escape(call.CallId)}\" local-tag=\"{call.LocalTag}\" direction=\"{(call.Incoming ? "recipient" : "initiator")}\">");
            var cause = call.Cause is null ? "" : $" event=\"{call.Cause}\"";
            var code = call.Code is null ? "" : $" code=\"{call.Code}\"";
            xml.Append(CultureInfo.InvariantCulture, $"<state{cause}{code}>{call.Stage.ToString().ToLowerInvariant()}</state>");
            var display = string.IsNullOrEmpty(call.Name) ? "" : $" display=\"{SecurityElement.Escape(call.Name)}\"";
            xml.Append(CultureInfo.InvariantCulture,
                $"<remote><identity{display}>{SecurityElement.Escape(call.Remote)}</identity><target uri=\"{SecurityElement.Escape(call.Remote)}\"/></remote></dialog>\r\n");
        }

        return xml.Append("</dialog-info>\r\n").ToString();
    }

    private string Registration(SipSubscriber subscriber)
    {
        var state = _switches.Registration.Now;
        var happened = state == "active" ? "registered" : "expired";
        return $"<?xml version=\"1.0\"?>\r\n<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"{subscriber.Version++}\" state=\"full\">"
            + $"<registration aor=\"sip:{_user}@{Host}\" id=\"r1\" state=\"{state}\">"
            + $"<contact id=\"c1\" state=\"{state}\" event=\"{happened}\"><uri>sip:{_user}@{Host}</uri></contact></registration></reginfo>\r\n";
    }

    private void Referred(SipSession session, SipPacket request)
    {
        var target = SipPacket.Address(request["Refer-To"]);
        if (!_switches.TakesRefer.Now) Reply(session, request, 405, r => r.Add("Allow", SipWords.Methods));
        else if (Refuse.On) Reply(session, request, RefusalStatus());
        else if (target.Length == 0) Reply(session, request, 400);
        else CarryOut(session, request, target);
    }

    private void CarryOut(SipSession session, SipPacket request, string target)
    {
        var subscriber = new SipSubscriber("refer", request, Fresh("sim")) { Session = session, Until = Now.AddMinutes(3) };
        Reply(session, request, 202, r => r.Add("Contact", Contact), subscriber.Tag);
        Report(subscriber, 100);
        if (Frozen) return;
        if (target.Contains(";method=BYE", StringComparison.OrdinalIgnoreCase)) EndNamed(subscriber, target);
        else Place(target, status => Report(subscriber, status));
    }

    /// <summary>A REFER whose target says BYE ends the call with that party.</summary>
    private void EndNamed(SipSubscriber subscriber, string target)
    {
        var party = target[..target.IndexOf(';', StringComparison.Ordinal)];
        var named = _calls.FindAll(c => !c.IsFarEnd && c.Remote.Split(';')[0] == party);
        foreach (var call in named) HangUp(call, "local-bye");
        Report(subscriber, named.Count == 0 ? 481 : 200);
    }

    private void Report(SipSubscriber subscriber, int status)
    {
        subscriber.IsOver = status >= 200;
        Notify(subscriber, SipWords.Fragment, $"SIP/2.0 {status} {SipWords.Reason(status)}\r\n");
    }

    private ControlProblem? Register(string registrar)
    {
        if (!IPEndPoint.TryParse(registrar, out var to) || Wired?.Reach(to) is not { } session)
            return new(ControlFault.Invalid, $"'{registrar}' cannot be reached.", "/args/registrar", "Give an address such as 127.0.0.1:5060, with the device on a real link.");
        SendRegister(session, registrar, Fresh("reg"), 1, "");
        return null;
    }

    private void SendRegister(SipSession session, string registrar, string callId, uint sequence, string authorization)
    {
        var account = $"<sip:{_user}@{registrar}>";
        var request = Request(session, "REGISTER", $"sip:{registrar}")
            .Add("From", $"{account};tag={Fresh("sim")}").Add("To", account).Add("Call-ID", callId)
            .Add("CSeq", $"{sequence} REGISTER").Add("Contact", Contact).Add("Expires", "60");
        if (authorization.Length > 0) request.Add("Authorization", authorization);
        Ask(session, request, answer =>
        {
            if (answer.Status == 401 && authorization.Length == 0 && Setting.Password is { } password)
            {
                var field = SipDigest.Answer(answer["WWW-Authenticate"], Setting.User ?? _user, password, "REGISTER", $"sip:{registrar}");
                SendRegister(session, registrar, callId, sequence + 1, field);
                return;
            }

            _registered = answer.Status == 200;
            if (!_registered) return;
            _refresh?.Dispose();
            _refresh = After(TimeSpan.FromSeconds(48), () => SendRegister(session, registrar, callId, sequence + 1, ""));
        });
    }
}

/// <summary>Somebody who wants to be told.</summary>
internal sealed class SipSubscriber(string package, SipPacket request, string tag)
{
    public string Package => package;

    public SipPacket Request => request;

    public string Tag => tag;

    public SipSession Session { get; set; } = null!;

    public DateTimeOffset Until { get; set; }

    public uint Sequence { get; set; }

    public uint Version { get; set; }

    /// <summary>The last report of a REFER.</summary>
    public bool IsOver { get; set; }
}
