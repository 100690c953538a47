using System.Globalization;

namespace AvGateway.Simulator.Devices.CiscoXapi;

/// <summary>The status tree of a codec that has just started.</summary>
internal static class CodecStatus
{
    public const int TemperatureThreshold = 85;
    public const int Cameras = 2;
    public const int Sources = 3;

    private const string Software = "11.9.2.4.0123456789a";

    public static XapiTree New(DeviceSetting setting)
    {
        var tree = new XapiTree("Status");
        Audio(tree);
        for (var camera = 1; camera <= Cameras; camera++) Camera(tree, setting, camera);
        tree.Set("Conference Presentation Mode", "Off");
        tree.Set("Conference DoNotDisturb", "Inactive");
        tree.Set("H323 Gatekeeper Status", "Inactive");
        Network(tree, setting);
        Peripherals(tree);
        tree.Set("RoomAnalytics AmbientTemperature", "26.1");
        tree.Set("RoomAnalytics RelativeHumidity", "50");
        tree.Set("SIP Proxy 1 Address", setting.Word("sipProxy", "sip.court.example"), true);
        tree.Set("SIP Proxy 1 Status", "Active");
        tree.Set("SIP Registration 1 Reason", "", true);
        tree.Set("SIP Registration 1 Status", "Registered");
        tree.Set("SIP Registration 1 URI", setting.Word("uri", $"{setting.Room}@court.example"), true);
        tree.Set("Standby State", "Off");
        SystemUnit(tree, setting);
        Video(tree);
        tree.Told();
        return tree;
    }

    private static void Audio(XapiTree tree)
    {
        for (var microphone = 1; microphone <= 2; microphone++)
            tree.Set($"Audio Input Connectors Microphone {microphone} ConnectionStatus", microphone == 1 ? "Connected" : "NotConnected");
        tree.Set("Audio Microphones Mute", "Off");
        tree.Set("Audio Volume", "50", space: "INT_0_100");
        tree.Set("Audio VolumeMute", "Off");
    }

    private static void Camera(XapiTree tree, DeviceSetting setting, int camera)
    {
        var path = $"Cameras Camera {camera}";
        tree.Set($"{path} Connected", "True");
        tree.Set($"{path} Model", "Precision 60", true);
        tree.Set($"{path} Position Pan", "0");
        tree.Set($"{path} Position Tilt", "0");
        tree.Set($"{path} Position Zoom", "8500");
        tree.Set($"{path} SerialNumber", "FTT" + Identity.Hex($"{setting.Id} camera {camera}", 8), true);
    }

    private static void Network(XapiTree tree, DeviceSetting setting)
    {
        var mac = Identity.Hex(setting.Id, 6);
        tree.Set("Network 1 Ethernet MacAddress", $"00:50:60:{mac[..2]}:{mac[2..4]}:{mac[4..]}", true);
        tree.Set("Network 1 Ethernet Speed", "1000full", true);
        tree.Set("Network 1 IPv4 Address", setting.Word("address", "10.1.1.30"), true);
    }

    private static void Peripherals(XapiTree tree)
    {
        const string Panel = "Peripherals ConnectedDevice 1001";
        tree.Set($"{Panel} ID", "00:50:60:05:80:8c", true);
        tree.Set($"{Panel} Name", "Room Navigator", true);
        tree.Set($"{Panel} RoomAnalytics AmbientTemperature", "26.1");
        tree.Set($"{Panel} RoomAnalytics RelativeHumidity", "50");
        tree.Set($"{Panel} Status", "Connected");
        tree.Set($"{Panel} Type", "TouchPanel");
    }

    private static void SystemUnit(XapiTree tree, DeviceSetting setting)
    {
        tree.Set("SystemUnit Hardware Module CompatibilityLevel", "0", true);
        tree.Set("SystemUnit Hardware Module SerialNumber", setting.Word("serialNumber", "FTT" + Identity.Hex(setting.Id, 8)), true);
        tree.Set("SystemUnit Hardware Monitoring Fan 1 Status", "2372 rpm", true);
        tree.Set("SystemUnit Hardware Monitoring Temperature Status", "Normal");
        tree.Set("SystemUnit Hardware Temperature", "45.0", true);
        tree.Set("SystemUnit Hardware TemperatureThreshold", TemperatureThreshold.ToString(CultureInfo.InvariantCulture), true);
        tree.Set("SystemUnit Hardware UDI", "CS-CODEC-PRO V01", true);
        tree.Set("SystemUnit LastShutdownReason", "", true);
        tree.Set("SystemUnit LastShutdownTime", "", true);
        tree.Set("SystemUnit ProductId", setting.Word("model", "Cisco Codec Pro"), true);
        tree.Set("SystemUnit ProductPlatform", "Codec Pro", true);
        tree.Set("SystemUnit ProductType", "Cisco Codec", true);
        tree.Set("SystemUnit Software DisplayName", setting.Word("software", "RoomOS 11.9.2.4 0123456789a"), true);
        tree.Set("SystemUnit Software Name", "s53200", true);
        tree.Set("SystemUnit Software ReleaseDate", "2023-11-14", true);
        tree.Set("SystemUnit Software Version", $"ce{Software}", true);
        tree.Set("SystemUnit State NumberOfActiveCalls", "0");
        tree.Set("SystemUnit State NumberOfInProgressCalls", "0");
        tree.Set("SystemUnit State NumberOfSuspendedCalls", "0");
        tree.Set("SystemUnit State System", "Initialized");
        tree.Set("SystemUnit Uptime", "0");
        tree.Set("Time SystemTime", "", true);
    }

    private static void Video(XapiTree tree)
    {
        for (var source = 1; source <= Sources; source++)
        {
            tree.Set($"Video Input Connector {source} Connected", "True");
            tree.Set($"Video Input Connector {source} SignalState", "OK");
            tree.Set($"Video Input Connector {source} SourceId", source.ToString(CultureInfo.InvariantCulture));
        }

        tree.Set("Video Input MainVideoSource", "1");
        tree.Set("Video Layout LayoutFamily Local", "equal");
        tree.Set("Video Selfview Mode", "Off");
    }
}
