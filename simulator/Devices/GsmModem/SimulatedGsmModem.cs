using System.Globalization;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.GsmModem;

/// <summary>
/// A GSM modem with a SIM in a network, as 3GPP TS 27.007 and 27.005 describe it, for messages in PDU mode and UCS-2. What it was given arrives in
/// its state, put together as the receiver's telephone would show it.
/// </summary>
internal sealed class SimulatedGsmModem : SimulatedDevice<ModemSession>, ICatalogued
{
    private const int MostMessages = 200;
    private const int PinTries = 3;

    private readonly List<Message> _messages = [];
    private readonly string _pin;
    private readonly Switch<string> _sim;
    private readonly Switch<string> _registration;
    private readonly Switch<int> _signal;
    private readonly Switch<bool> _packetOnly;
    private readonly Switch<int?> _cmsError;
    private readonly Switch<int> _failsAfter;
    private readonly Switch<TimeSpan> _submitDelay;
    private readonly Switch<bool> _stopsAtPrompt;
    private readonly Switch<string> _report;
    private int _tries = PinTries;
    private byte _reference;

    public SimulatedGsmModem(DeviceSetting setting, TimeProvider time) : base(Descriptor, setting, time, TimeSpan.FromSeconds(8))
    {
        _pin = setting.Word("pin", "1234");
        _sim = Switches.Choice("sim", "The SIM: ready, waiting for its PIN, locked by wrong ones, or not there.", "ready", ["ready", "pin", "puk", "missing"]);
        _registration = Switches.Choice("registration", "How the network sees the modem.", "home", ["home", "roaming", "searching", "denied", "off"]);
        _signal = Switches.Integer("signal", "What AT+CSQ tells; 99 is not known.", 21, 0, 99);
        _packetOnly = Switches.Boolean("packet-only", "Registered in the packet network alone, as modems of 4G are.");
        _cmsError = Switches.OptionalInteger("cms-error", "Each message is refused with this +CMS ERROR.", 1, 512);
        _failsAfter = Switches.Integer("fails-after", "So many messages are still taken before cms-error begins; counts down.", 0, 0, 1000);
        _submitDelay = Switches.Duration("submit-delay", "Time from the message to its answer.", TimeSpan.Zero);
        _stopsAtPrompt = Switches.Boolean("stops-at-prompt", "Takes a message after the prompt and never says anything about it.");
        _report = Switches.Choice("report", "What the telephone of the receiver does with a message that wants a report.", "delivered", ["none", "delivered", "failed", "expired"]);
    }

    public static SimulatorDescriptor Descriptor { get; } = new("gsm-modem", "modem", "GSM modem (AT commands, PDU mode)",
        [LinkKind.Serial, LinkKind.Tcp], static (setting, time) => new SimulatedGsmModem(setting, time))
    { LineSettings = "baud=115200&data=8&parity=none&stop=1&flow=none" };

    protected override Session NewSession(Connection connection) => new ModemSession(this, connection);

    protected override void BackToFactory()
    {
        _messages.Clear();
        _tries = PinTries;
        _reference = 0;
    }

    protected override void Restarted()
    {
        // The PIN is asked for at each start of a SIM that has one; what arrived has arrived.
    }

    protected override void Describe(JsonObject state)
    {
        state["sim"] = _sim.Now;
        state["pinTries"] = _tries;
        state["messages"] = new JsonArray([.. _messages.Select(m => (JsonNode)new JsonObject { ["to"] = m.To, ["text"] = m.Text, ["parts"] = m.Arrived, ["whole"] = m.IsWhole })]);
    }

    internal void Obey(ModemSession session, string command)
    {
        var upper = command.ToUpperInvariant();
        switch (upper)
        {
            case "AT" or "ATZ": session.Answer("OK"); break;
            case "ATE0" or "ATE1": session.Echo = upper == "ATE1"; session.Answer("OK"); break;
            case "AT+CMEE=0" or "AT+CMEE=1": session.ErrorForm = upper[^1] - '0'; session.Answer("OK"); break;
            case "AT+CPIN?": Sim(session); break;
            case "AT+CREG?": Registered(session, "+CREG", !_packetOnly.Now); break;
            case "AT+CEREG?": Registered(session, "+CEREG", _packetOnly.Now); break;
            case "AT+CSQ": session.Answer(string.Create(CultureInfo.InvariantCulture, $"+CSQ: {_signal.Now},99"), "OK"); break;
            case "AT+CMGF=0" or "AT+CMGF=1": session.IsPduMode = upper[^1] == '0'; session.Answer("OK"); break;
            case "AT+CMMS=0" or "AT+CMMS=1" or "AT+CMMS=2": session.Answer("OK"); break;
            default: More(session, upper, command); break;
        }
    }

    /// <summary>A message was entered and ended by Ctrl-Z.</summary>
    internal void Submit(ModemSession session, string hex, int octets)
    {
        if (_stopsAtPrompt.Now) return;
        if (_submitDelay.Now == TimeSpan.Zero) Take(session, hex, octets);
        else After(_submitDelay.Now, () => Take(session, hex, octets));
    }

    private void More(ModemSession session, string upper, string command)
    {
        if (upper.StartsWith("AT+CPIN=", StringComparison.Ordinal)) Pin(session, command["AT+CPIN=".Length..].Trim('"'));
        else if (upper.StartsWith("AT+CNMI=", StringComparison.Ordinal))
        {
            session.TellsReports = upper["AT+CNMI=".Length..].Split(',') is [_, _, _, "1", ..];
            session.Answer("OK");
        }
        else if (upper.StartsWith("AT+CMGS=", StringComparison.Ordinal) && int.TryParse(upper.AsSpan("AT+CMGS=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var octets) && session.IsPduMode)
        {
            session.Entering = octets;
            session.Say("\r\n> ");
        }
        else CmeError(session, 4);
    }

    private void Sim(ModemSession session)
    {
        switch (_sim.Now)
        {
            case "missing": CmeError(session, 10); break;
            case "pin": session.Answer("+CPIN: SIM PIN", "OK"); break;
            case "puk": session.Answer("+CPIN: SIM PUK", "OK"); break;
            default: session.Answer("+CPIN: READY", "OK"); break;
        }
    }

    private void Pin(ModemSession session, string pin)
    {
        if (_sim.Now == "missing") CmeError(session, 10);
        else if (_sim.Now != "pin") CmeError(session, 3);
        else if (pin == _pin)
        {
            _tries = PinTries;
            _sim.Become("ready");
            session.Answer("OK");
        }
        else
        {
            if (--_tries == 0) _sim.Become("puk");
            CmeError(session, 16);
        }
    }

    private void Registered(ModemSession session, string word, bool isHere)
    {
        var state = _sim.Now != "ready" || !isHere ? 0 : _registration.Now switch { "home" => 1, "searching" => 2, "denied" => 3, "roaming" => 5, _ => 0 };
        session.Answer(string.Create(CultureInfo.InvariantCulture, $"{word}: 0,{state}"), "OK");
    }

    private void Take(ModemSession session, string hex, int octets)
    {
        if (Refused() is { } error)
        {
            session.Answer(session.ErrorForm == 0 ? "ERROR" : string.Create(CultureInfo.InvariantCulture, $"+CMS ERROR: {error}"));
            return;
        }

        if (SubmittedPdu.Read(hex, octets) is not { } pdu)
        {
            session.Answer("+CMS ERROR: 304");
            return;
        }

        var reference = _reference++;
        if (!Frozen) Arrive(pdu);
        session.Answer(string.Create(CultureInfo.InvariantCulture, $"+CMGS: {reference}"), "OK");
        if (pdu.WantsReport && session.TellsReports && _report.Now != "none") After(TimeSpan.FromMilliseconds(200), () => Report(session, pdu, reference));
    }

    private int? Refused()
    {
        if (_sim.Now == "missing") return 310;
        if (_sim.Now != "ready") return _sim.Now == "pin" ? 311 : 316;
        if (_registration.Now is not ("home" or "roaming")) return 331;
        if (Refuse.On) return int.TryParse(Refuse.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 302;
        if (_cmsError.Now is not { } error) return null;
        if (_failsAfter.Now == 0) return error;
        _failsAfter.Become(_failsAfter.Now - 1);
        return null;
    }

    /// <summary>Parts with one reference to one number are one message; it is whole when all are there, in whatever order.</summary>
    private void Arrive(SubmittedPdu pdu)
    {
        var message = _messages.FirstOrDefault(m => !m.IsWhole && m.To == pdu.To && m.Reference == pdu.Reference && m.Parts.Length == pdu.Parts);
        if (message is null)
        {
            message = new(pdu.To, pdu.Reference, new string?[Math.Max(1, pdu.Parts)]);
            _messages.Add(message);
            if (_messages.Count > MostMessages) _messages.RemoveAt(0);
        }

        if (pdu.Part >= 1 && pdu.Part <= message.Parts.Length) message.Parts[pdu.Part - 1] = pdu.Text;
    }

    private void Report(ModemSession session, SubmittedPdu pdu, byte reference)
    {
        var status = _report.Now switch { "failed" => 0x46, "expired" => 0x66, _ => 0x00 };
        byte[] times = [0x62, 0x11, 0x92, 0x12, 0x03, 0x00, 0x23];
        byte[] tpdu = [0x06, reference, .. pdu.Address, .. times, .. times, (byte)status];
        session.Answer(string.Create(CultureInfo.InvariantCulture, $"+CDS: {tpdu.Length}\r\n00{Convert.ToHexString(tpdu)}"));
    }

    private static void CmeError(ModemSession session, int number) =>
        session.Answer(session.ErrorForm == 0 ? "ERROR" : string.Create(CultureInfo.InvariantCulture, $"+CME ERROR: {number}"));

    private sealed record Message(string To, int Reference, string?[] Parts)
    {
        public int Arrived => Parts.Count(p => p is not null);

        public bool IsWhole => Arrived == Parts.Length;

        public string Text => string.Concat(Parts);
    }
}
