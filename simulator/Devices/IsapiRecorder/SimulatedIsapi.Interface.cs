using System.Globalization;
using System.Security;
using System.Xml;
using System.Xml.Linq;
using AvGateway.Simulator.Devices.Http;

namespace AvGateway.Simulator.Devices.IsapiRecorder;

/// <summary>The interface, as the vendor's guide has it.</summary>
internal sealed partial class SimulatedIsapi
{
    private const string XmlType = "application/xml";
    private const string Track = "101";
    private const int MostMatches = 64;

    internal void Obey(IsapiSession session, HttpHeard heard)
    {
        if (_switches.HtmlErrors.Now) session.Answer(500, "Internal Server Error", "text/html", "<html><body>Something went wrong.</body></html>");
        else if (!IsLoggedIn(session, heard)) return;
        else if (_switches.Busy.Now > 0)
        {
            _switches.Busy.Become(_switches.Busy.Now - 1);
            Status(session, heard, 503, "Service Unavailable", 2, "Device Busy", "deviceBusy");
        }
        else if (heard.Method == "GET") Read(session, heard);
        else if (heard.Path == "/ISAPI/ContentMgmt/search" && heard.Method == "POST") Search(session, heard);
        else if (heard.Path.StartsWith("/ISAPI/ContentMgmt/record/control/manual/", StringComparison.Ordinal)) Manual(session, heard);
        else Status(session, heard, 404, "Not Found", 4, "Invalid Operation", "notSupport");
    }

    private bool IsLoggedIn(IsapiSession session, HttpHeard heard)
    {
        if (_login is null && !_switches.WrongLogin.Now) return true;
        var challenge = "WWW-Authenticate: Digest realm=\"IP Recorder\", qop=\"auth\", nonce=\"0\", algorithm=MD5";
        if (_login is not null)
        {
            _login.NonceLasts = _switches.NonceLasts.Now;
            if (_login.Accepts(heard, out challenge) && !_switches.WrongLogin.Now) return true;
            if (challenge.Length == 0) challenge = "WWW-Authenticate: Digest realm=\"IP Recorder\", qop=\"auth\", nonce=\"0\", algorithm=MD5";
        }

        session.Answer(401, "Unauthorized", "text/html", "<html><body>Unauthorized</body></html>", challenge);
        return false;
    }

    private void Read(IsapiSession session, HttpHeard heard)
    {
        var body = heard.Path switch
        {
            "/ISAPI/System/deviceInfo" => Element("DeviceInfo",
                ("deviceName", "court-recorder"), ("model", Setting.Word("model", "DS-7608NI-K2")), ("serialNumber", Setting.Word("serialNumber", "0820" + Identity.Hex(Setting.Id, 8))),
                ("firmwareVersion", Setting.Word("firmware", "V4.30.085"))),
            "/ISAPI/System/time" => Element("Time", ("timeMode", "NTP"), ("localTime", LocalTime)),
            "/ISAPI/ContentMgmt/Storage/hdd" => Element("hddList", ("hdd",
                $"<id>1</id><hddName>hdda</hddName><hddType>SATA</hddType><status>{_switches.DiskStatus.Now}</status><capacity>3815447</capacity><freeSpace>0</freeSpace><property>RW</property>")),
            "/ISAPI/ContentMgmt/InputProxy/channels/status" => Element("InputProxyChannelStatusList", ("InputProxyChannelStatus",
                $"<id>1</id><online>{(_switches.ChannelOffline.Now ? "false" : "true")}</online>")),
            _ => null,
        };
        if (body is null) Status(session, heard, 404, "Not Found", 4, "Invalid Operation", "notSupport");
        else session.Answer(200, "OK", XmlType, body);
    }

    private string LocalTime => _switches.NamesNoZone.Now
        ? Clock.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
        : Clock.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    /// <summary>Times of a search are the device's local ones, whatever the Z behind them says.</summary>
    private void Search(IsapiSession session, HttpHeard heard)
    {
        if (!TryWindow(heard.Body, out var from, out var to, out var problem))
        {
            Status(session, heard, 400, "Bad Request", problem, problem == 5 ? "Invalid XML Format" : "Invalid XML Content", "badXmlContent");
            return;
        }

        Settle();
        var all = _isRecording ? _files.Append((From: _from, To: _from + _length)) : _files;
        var found = all.Where(file => file.From.DateTime <= to && file.To.DateTime >= from).Take(MostMatches).ToArray();
        var items = string.Concat(found.Select(file =>
            $"<searchMatchItem><trackID>{Track}</trackID><timeSpan><startTime>{Text(file.From)}</startTime><endTime>{Text(file.To)}</endTime></timeSpan></searchMatchItem>"));
        session.Answer(200, "OK", XmlType, Element("CMSearchResult", ("responseStatus", "true"), ("responseStatusStrg", found.Length == 0 ? "NO MATCHES" : "OK"),
            ("numOfMatches", found.Length.ToString(CultureInfo.InvariantCulture)), ("matchList", items)));
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static bool TryWindow(string body, out DateTime from, out DateTime to, out int problem)
    {
        (from, to, problem) = (default, default, 5);
        XElement root;
        try
        {
            root = XElement.Parse(body);
        }
        catch (XmlException)
        {
            return false;
        }

        problem = 6;
        string? Value(string name) => root.Descendants().FirstOrDefault(each => each.Name.LocalName == name)?.Value;
        if (root.Name.LocalName != "CMSearchDescription" || root.Attribute("version") is null || Value("searchID") is not { } id || !Guid.TryParse(id, out _)) return false;
        if (Value("trackID") != Track || Value("searchResultPostion") is null || Value("metadataList") is null) return false;
        return IsTime(Value("startTime"), out from) && IsTime(Value("endTime"), out to) && from < to;
    }

    private static bool IsTime(string? text, out DateTime time) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private void Manual(IsapiSession session, HttpHeard heard)
    {
        Action? act = heard.Path switch
        {
            $"/ISAPI/ContentMgmt/record/control/manual/start/tracks/{Track}" => Start,
            $"/ISAPI/ContentMgmt/record/control/manual/stop/tracks/{Track}" => Stop,
            _ => null,
        };
        if (act is null) Status(session, heard, 404, "Not Found", 4, "Invalid Operation", "notSupport");
        else if (heard.Method != _switches.RecordMethod.Now) Status(session, heard, 405, "Method Not Allowed", 4, "Invalid Operation", "methodNotAllowed");
        else if (Refuse.On) Status(session, heard, 403, "Forbidden", 4, "Invalid Operation", Refuse.Code ?? "lowPrivilege");
        else if (act == Start && !DiskIsGood && !Frozen) Status(session, heard, 500, "Internal Server Error", 3, "Device Error", "deviceError");
        else
        {
            if (!Frozen) act();
            Status(session, heard, 200, "OK", 1, "OK", "ok");
        }
    }

    private void Status(IsapiSession session, HttpHeard heard, int code, string reason, int status, string words, string sub) =>
        session.Answer(code, reason, XmlType, Element("ResponseStatus", ("requestURL", SecurityElement.Escape(heard.Target)),
            ("statusCode", status.ToString(CultureInfo.InvariantCulture)), ("statusString", words), ("subStatusCode", sub)));

    private string Element(string name, params (string Name, string Content)[] children)
    {
        var inside = string.Concat(children.Select(child => $"<{child.Name}>{child.Content}</{child.Name}>"));
        return $"<?xml version=\"1.0\" encoding=\"{(_switches.SaysGb2312.Now ? "GB2312" : "UTF-8")}\"?><{name} version=\"2.0\" xmlns=\"{_switches.Namespace.Now}\">{inside}</{name}>";
    }
}
