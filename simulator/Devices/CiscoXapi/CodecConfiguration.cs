namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>The configuration of a codec: a tree, and what each leaf takes.</summary>
internal sealed class CodecConfiguration
{
    private readonly Dictionary<string, XapiSpace> _spaces = new(StringComparer.OrdinalIgnoreCase);

    public CodecConfiguration(DeviceSetting setting)
    {
        Add("Audio DefaultVolume", "50", XapiSpace.Integer(0, 100));
        for (var microphone = 1; microphone <= 2; microphone++)
        {
            Add($"Audio Input Microphone {microphone} Level", "14", XapiSpace.Integer(0, 24));
            Add($"Audio Input Microphone {microphone} Mode", "On", XapiSpace.OnOff);
        }

        Add("Conference AutoAnswer Delay", "0", XapiSpace.Integer(0, 50));
        Add("Conference AutoAnswer Mode", "Off", XapiSpace.OnOff);
        Add("Conference DefaultCall Protocol", "Sip", XapiSpace.Words("TTPAR_CallProtocol", "Auto", "H323", "Sip", "Spark"));
        Add("Conference DefaultCall Rate", "2048", XapiSpace.Integer(64, 6000));
        Add("NetworkServices HTTP Mode", "HTTPS", XapiSpace.Words("TTPAR_HttpMode", "Off", "HTTP+HTTPS", "HTTPS"));
        Add("NetworkServices SSH Mode", "On", XapiSpace.OnOff);
        Add("NetworkServices Websocket", "Off", XapiSpace.Words("TTPAR_Websocket", "FollowHTTPService", "Off"));
        Add("NetworkServices WelcomeText", "On", XapiSpace.OnOff);
        Add("SerialPort BaudRate", "115200", XapiSpace.Words("TTPAR_BaudRate", "9600", "19200", "38400", "57600", "115200"));
        Add("SerialPort LoginRequired", setting.User is null && setting.Password is null ? "Off" : "On", XapiSpace.OnOff);
        Add("SerialPort Mode", "On", XapiSpace.OnOff);
        Add("SIP Proxy 1 Address", setting.Word("sipProxy", "sip.court.example"), XapiSpace.Text(255));
        Add("Standby Control", "On", XapiSpace.OnOff);
        Add("Standby Delay", "10", XapiSpace.Integer(1, 480));
        Add("SystemUnit Name", setting.Word("name", setting.Id), XapiSpace.Text(50));
        for (var connector = 1; connector <= CodecStatus.Sources; connector++)
        {
            Add($"Video Input Connector {connector} InputSourceType", connector < 3 ? "camera" : "document_camera",
                XapiSpace.Words("TTPAR_InputSourceType", "PC", "camera", "document_camera", "mediaplayer", "other", "whiteboard"));
            Add($"Video Input Connector {connector} Name", $"Source {connector}", XapiSpace.Text(50));
        }

        Tree.Told();
    }

    public XapiTree Tree { get; } = new("Configuration");

    public string this[string path] => Tree[path] ?? throw new InvalidOperationException($"no configuration {path}");

    /// <summary>Null when there is no such leaf.</summary>
    public XapiSpace? Space(string path) => _spaces.GetValueOrDefault(path);

    private void Add(string path, string value, XapiSpace space)
    {
        _spaces.Add(path, space);
        Tree.Set(path, value, space.Quoted, space.Name);
    }
}
