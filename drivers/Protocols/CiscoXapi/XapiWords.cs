namespace AvGateway.Drivers.Protocols.CiscoXapi;

/// <summary>The requests of this driver: one vocabulary for every framing.</summary>
internal static class XapiWords
{
    public const string PeripheralId = "avgateway";
    public const string NoMatch = "No match on address expression";

    public static readonly XapiRequest Connect = XapiRequest.Command(
        "Peripherals Connect", XapiArgument.Text("ID", PeripheralId), XapiArgument.Text("Name", "AvGateway"), XapiArgument.Word("Type", "ControlSystem"));

    public static readonly XapiRequest HeartBeat = XapiRequest.Command(
        "Peripherals HeartBeat", XapiArgument.Text("ID", PeripheralId), XapiArgument.Number("Timeout", 35));

    public static readonly XapiRequest Calls = XapiRequest.Status("Call");
    public static readonly XapiRequest Audio = XapiRequest.Status("Audio");
    public static readonly XapiRequest Standby = XapiRequest.Status("Standby");
    public static readonly XapiRequest Presentation = XapiRequest.Status("Conference Presentation");
    public static readonly XapiRequest Registration = XapiRequest.Status("SIP Registration");
    public static readonly XapiRequest Diagnostics = XapiRequest.Status("Diagnostics");
    public static readonly XapiRequest Product = XapiRequest.Status("SystemUnit ProductId");
    public static readonly XapiRequest Software = XapiRequest.Status("SystemUnit Software");
    public static readonly XapiRequest SerialNumber = XapiRequest.Status("SystemUnit Hardware Module SerialNumber");
    public static readonly XapiRequest Temperature = XapiRequest.Status("SystemUnit Hardware Temperature");
    public static readonly XapiRequest Mute = XapiRequest.Command("Audio Microphones Mute");
    public static readonly XapiRequest Unmute = XapiRequest.Command("Audio Microphones Unmute");
    public static readonly XapiRequest Wake = XapiRequest.Command("Standby Deactivate");
    public static readonly XapiRequest Sleep = XapiRequest.Command("Standby Activate");
    public static readonly XapiRequest Restart = XapiRequest.Command("SystemUnit Boot", XapiArgument.Word("Action", "Restart"));
    public static readonly XapiRequest StopPresenting = XapiRequest.Command("Presentation Stop");

    /// <summary>Sub-trees, not leaves: the number of expressions in one session is limited (38 in the oldest documents).</summary>
    public static readonly IReadOnlyList<string> Feedback =
    [
        "/Status/Audio", "/Status/Call", "/Status/Standby", "/Status/Conference/Presentation", "/Status/SIP/Registration", "/Status/Diagnostics",
        "/Event/IncomingCallIndication", "/Event/CallDisconnect",
    ];

    public static XapiRequest Accept(int call) => XapiRequest.Command("Call Accept", XapiArgument.Number("CallId", call));

    public static XapiRequest Disconnect(int call) => XapiRequest.Command("Call Disconnect", XapiArgument.Number("CallId", call));

    public static XapiRequest Volume(long level) => XapiRequest.Command("Audio Volume Set", XapiArgument.Number("Level", level));

    public static XapiRequest Present(long source) => XapiRequest.Command(
        "Presentation Start", XapiArgument.Number("PresentationSource", source), XapiArgument.Word("SendingMode", "LocalRemote"));

    public static XapiRequest RecallPreset(long preset) => XapiRequest.Command("Camera Preset Activate", XapiArgument.Number("PresetId", preset));

    public static XapiRequest StorePreset(long preset, long camera) => XapiRequest.Command(
        "Camera Preset Store", XapiArgument.Number("CameraId", camera), XapiArgument.Number("PresetId", preset));

    /// <summary>False for an address that holds what could end the value or the line.</summary>
    public static bool TryDial(string uri, string protocol, out XapiRequest request)
    {
        var number = XapiArgument.Text("Number", uri);
        request = protocol == CiscoXapiDriver.AnyProtocol
            ? XapiRequest.Command("Dial", number)
            : XapiRequest.Command("Dial", number, XapiArgument.Word("Protocol", protocol));

        // How a backslash is read on a line is documented nowhere: it could take the closing quote with it.
        return uri.Length > 0 && !uri.Any(c => char.IsControl(c) || c is '\\' or '\u2028' or '\u2029');
    }
}
