using System.Globalization;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Tesira;

/// <summary>The session: log-in, commands and what they are answered.</summary>
internal sealed partial class SimulatedTesira
{
    private const string Yes = "+OK";

    internal void Greet(TesiraSession session)
    {
        if (session.Kind == LinkKind.Tcp && _switches.Negotiates.Now) session.Say([0xFF, 0xFB, 0x01, 0xFF, 0xFD, 0x18]);
        session.Stage = session.Kind == LinkKind.Tcp && Setting.Password is not null ? TesiraStage.AwaitsUser : TesiraStage.Ready;
        if (session.Stage is TesiraStage.AwaitsUser) session.Say("\r\nlogin: ");
        else if (session.IsGreeted) Welcome(session);
    }

    internal void Obey(TesiraSession session, string line)
    {
        switch (session.Stage)
        {
            case TesiraStage.AwaitsUser:
                session.User = line;
                session.Stage = TesiraStage.AwaitsPassword;
                session.Say("Password: ");
                return;
            case TesiraStage.AwaitsPassword:
                LogIn(session, line);
                return;
        }

        if (_switches.Echo.Now) session.Line(line);
        if (!TesiraCommand.TrySplit(line, out var words)) session.Line("-ERR Parse error at 0: quotes are not closed");
        else if (words.Count > 0) Run(session, words);
    }

    private void LogIn(TesiraSession session, string password)
    {
        var isRight = session.User == (Setting.User ?? "default") && password == Setting.Password && !_switches.RejectsLogin.Now;
        session.Stage = isRight ? TesiraStage.Ready : TesiraStage.AwaitsUser;
        if (isRight) Welcome(session);
        else session.Say("\r\nLogin incorrect\r\nlogin: ");
    }

    private static void Welcome(TesiraSession session) => session.Say("\r\n\r\nWelcome to the Tesira Text Protocol Server...\r\n\r\n");

    private void Run(TesiraSession session, List<string> words)
    {
        switch (words)
        {
            case ["SESSION", "set", "verbose", var verbose] when verbose is "true" or "false":
                session.IsVerbose = verbose == "true";
                session.Line(Yes);
                break;
            case ["DEVICE", "get", "serialNumber"]: session.Value($"\"{_serial}\""); break;
            case ["DEVICE", "get", "version"]: session.Value("\"4.11.0.24188\""); break;
            case ["DEVICE", "get", "hostname"]: session.Value($"\"{Setting.Device}\""); break;
            case ["DEVICE", "get", "activeFaultList"]: session.Value(Faults()); break;
            case ["SESSION" or "DEVICE", ..]: session.Line("-ERR Parse error at 0: unknown attribute"); break;
            case [var tag, ..] when tag == _switches.MissingTag.Now || !Blocks.Any(b => b.Tag == tag):
                session.Line("-ERR address not found: {\"deviceId\":0 \"classCode\":0 \"instanceNum\":0}");
                break;
            case [var tag, var verb, var attribute, var index, .. var rest] when int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var channel):
                Run(session, new(tag, attribute, channel), verb, rest);
                break;
            default: session.Line("-ERR Parse error at 0: not a command"); break;
        }
    }

    private void Run(TesiraSession session, TesiraPoint point, string verb, List<string> rest)
    {
        if (!_points.TryGetValue(point, out var now))
        {
            var isLimit = verb == "get" && point.Attribute is "minLevel" or "maxLevel" && _points.ContainsKey(point with { Attribute = Level });
            if (isLimit) session.Value((point.Attribute == "minLevel" ? Lowest : Highest).ToString("0.000000", CultureInfo.InvariantCulture));
            else session.Line($"-ERR '{point.Attribute}' is not supported by '{point.Tag}' at {point.Index.ToString(CultureInfo.InvariantCulture)}");
            return;
        }

        switch (verb, rest)
        {
            case ("get", []): session.Value(Told(point, now)); break;
            case ("set", [var value]) when TryValue(point, value, out var wished): Order(session, point, wished); break;
            case ("toggle", []) when point.Attribute == Mute: Order(session, point, now == 0 ? 1 : 0); break;
            case ("increment", [var step]) when TryStep(point, step, out var by): Order(session, point, Math.Clamp(now + by, Lowest, Highest)); break;
            case ("decrement", [var step]) when TryStep(point, step, out var by): Order(session, point, Math.Clamp(now - by, Lowest, Highest)); break;
            case ("subscribe", [var label, ..]): Subscribe(session, point, label); break;
            case ("unsubscribe", [_]):
                session.Subscriptions.Remove(point);
                session.Line(Yes);
                break;
            default: session.Line($"-ERR Parse error at 0: {verb}"); break;
        }
    }

    private void Order(TesiraSession session, TesiraPoint point, double wished)
    {
        if (Refuse.On)
        {
            session.Line($"-{Refuse.Code ?? "GENERAL_FAILURE"}");
            return;
        }

        if (_switches.PublishFirst.Now && !Frozen) Change(point, wished);
        session.Line(Yes);
        if (!Frozen) Change(point, wished);
    }

    private void Subscribe(TesiraSession session, TesiraPoint point, string label)
    {
        if (_switches.AlreadySubscribed.Now)
        {
            session.Line("-ERR ALREADY_SUBSCRIBED");
            return;
        }

        session.Subscriptions[point] = label;
        session.Line(Yes);
        if (!_switches.NoPublish.Now) session.Publish(label, Told(point, _points[point]));
    }

    private string Faults() => _switches.Fault.Now
        ? $"[{{\"id\":INDICATOR_MAJOR_IN_DEVICE \"name\":\"Major Fault in Device\" \"faults\":[{{\"id\":FAULT_DANTE_FLOW_INACTIVE \"name\":\"one or more Dante flows inactive\"}}] \"serialNumber\":\"{_serial}\"}}]"
        : $"[{{\"id\":INDICATOR_NONE_IN_DEVICE \"name\":\"No fault in device\" \"faults\":[] \"serialNumber\":\"{_serial}\"}}]";

    // A level beyond the range ends at its limit.
    private static bool TryValue(TesiraPoint point, string text, out double value)
    {
        value = text == "true" ? 1 : 0;
        if (point.Attribute == Mute) return text is "true" or "false";
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) || !double.IsFinite(value)) return false;
        value = Math.Clamp(value, Lowest, Highest);
        return true;
    }

    private static bool TryStep(TesiraPoint point, string text, out double step)
    {
        step = 0;
        return point.Attribute == Level && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out step) && step is > 0 and <= 112;
    }
}
