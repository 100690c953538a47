using System.Globalization;
using System.Text;

namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>The requests of this driver, in the command language that all transports share.</summary>
internal static class XapiWords
{
    public const string PeripheralId = "avgateway";
    public const string Connect = $"xCommand Peripherals Connect ID: \"{PeripheralId}\" Name: \"AvGateway\" Type: ControlSystem";
    public const string HeartBeat = $"xCommand Peripherals HeartBeat ID: \"{PeripheralId}\" Timeout: 35";
    public const string ForgetFeedback = "xFeedback deregisterall";
    public const string ListFeedback = "xFeedback list";
    public const string EndOfList = "** end";
    public const string Json = "xPreferences outputmode json";
    public const string Calls = "xStatus Call";
    public const string Audio = "xStatus Audio";
    public const string Standby = "xStatus Standby";
    public const string Presentation = "xStatus Conference Presentation";
    public const string Registration = "xStatus SIP Registration";
    public const string Product = "xStatus SystemUnit ProductId";
    public const string Software = "xStatus SystemUnit Software";
    public const string SerialNumber = "xStatus SystemUnit Hardware Module SerialNumber";
    public const string Temperature = "xStatus SystemUnit Hardware Temperature";
    public const string Mute = "xCommand Audio Microphones Mute";
    public const string Unmute = "xCommand Audio Microphones Unmute";
    public const string Wake = "xCommand Standby Deactivate";
    public const string Sleep = "xCommand Standby Activate";
    public const string Restart = "xCommand SystemUnit Boot Action: Restart";

    /// <summary>Sub-trees, not leaves: the number of expressions in one session is limited (38 in the oldest documents).</summary>
    public static readonly IReadOnlyList<string> Feedback =
    [
        "/Status/Audio", "/Status/Call", "/Status/Standby", "/Status/Conference/Presentation", "/Status/SIP/Registration",
        "/Event/IncomingCallIndication", "/Event/CallDisconnect",
    ];

    public static string Register(string expression) => $"xFeedback register {expression}";

    public static string Accept(int call) => string.Create(CultureInfo.InvariantCulture, $"xCommand Call Accept CallId: {call}");

    public static string Disconnect(int call) => string.Create(CultureInfo.InvariantCulture, $"xCommand Call Disconnect CallId: {call}");

    public static string Volume(long level) => string.Create(CultureInfo.InvariantCulture, $"xCommand Audio Volume Set Level: {level}");

    /// <summary>False for an address that holds what could end the value or the line.</summary>
    public static bool TryDial(string uri, string protocol, out string request)
    {
        request = "";
        if (uri.Length == 0 || !TryQuote(uri, out var quoted)) return false;
        request = protocol == CiscoXapiDriver.AnyProtocol ? $"xCommand Dial Number: {quoted}" : $"xCommand Dial Number: {quoted} Protocol: {protocol}";
        return true;
    }

    // A quote is escaped with a backslash. How a backslash itself is read is documented nowhere: it could take the closing quote with it.
    private static bool TryQuote(string value, out string quoted)
    {
        quoted = "";
        if (value.Any(c => char.IsControl(c) || c is '\\' or '\u2028' or '\u2029')) return false;
        quoted = new StringBuilder(value.Length + 4).Append('"').Append(value.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"').ToString();
        return true;
    }
}
