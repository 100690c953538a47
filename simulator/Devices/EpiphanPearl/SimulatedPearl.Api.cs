using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Http;

namespace AvGateway.Simulator.Devices.EpiphanPearl;

/// <summary>The API, versions 1 and 2.0.</summary>
internal sealed partial class SimulatedPearl
{
    private const string JsonType = "application/json";
    private const double HottestProcessor = 80;

    // A plus sign stands as it is.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private string Root => IsOld ? "/api" : "/api/v2.0";

    internal void Obey(PearlSession session, HttpHeard heard)
    {
        if (_switches.HtmlErrors.Now) session.Answer(500, "Internal Server Error", "text/html", "<html><body>Something went wrong.</body></html>");
        else if (!IsLoggedIn(heard)) session.Answer(401, "Unauthorized", "text/html", "<html><body>Unauthorized</body></html>", "WWW-Authenticate: Basic realm=\"Pearl\"");
        else if (!heard.Path.StartsWith(Root + "/", StringComparison.Ordinal) || (IsOld && heard.Path.StartsWith("/api/v2.0/", StringComparison.Ordinal))) NotFound(session);
        else if (heard.Method == "GET") Read(session, heard.Path[(Root.Length + 1)..]);
        else if (heard.Method == "POST") Act(session, heard.Path[(Root.Length + 1)..]);
        else session.Answer(405, "Method Not Allowed", JsonType, Failed("method not allowed"));
    }

    private bool IsLoggedIn(HttpHeard heard)
    {
        if (_switches.WrongLogin.Now) return false;
        if (Setting.Password is null) return true;
        var expected = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Setting.User ?? "admin"}:{Setting.Password}"));
        return heard["Authorization"] == "Basic " + expected;
    }

    private void Read(PearlSession session, string path)
    {
        JsonNode? found = path switch
        {
            "recorders" => new JsonArray([.. Ids.Select(id => (JsonNode)new JsonObject { ["id"] = id, ["name"] = $"Court {id}", ["multisource"] = id.StartsWith('m') })]),
            "recorders/status" => new JsonArray([.. Ids.Select(id => (JsonNode)new JsonObject { ["id"] = id, ["status"] = Status() })]),
            _ when Ids.Any(id => path == $"recorders/{id}/status") => Status(),
            "system/firmware/version" when !IsOld => JsonValue.Create(Setting.Word("firmware", "4.24.1")),
            "system/firmware" when !IsOld => new JsonObject
            {
                ["version"] = Setting.Word("firmware", "4.24.1"),
                ["product_name"] = Setting.Word("model", "Pearl-2"),
            },
            "system/ident" when !IsOld => new JsonObject { ["name"] = Setting.Word("name", "court-recorder"), ["location"] = "", ["description"] = "" },
            "system/status" when !IsOld => new JsonObject
            {
                ["date"] = Clock.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
                ["uptime"] = 86_400,
                ["cpuload"] = 31,
                ["cpuload_high"] = false,
                ["cputemp"] = _switches.Temperature.Now,
                ["cputemp_threshold"] = HottestProcessor,
            },
            _ => null,
        };
        if (found is null) NotFound(session);
        else session.Answer(200, "OK", JsonType, new JsonObject { ["status"] = "ok", ["result"] = found }.ToJsonString(Plain));
    }

    private string[] Ids => _switches.NoRecorder.Now ? [] : [Recorder];

    private JsonObject Status()
    {
        var seconds = (long)Duration().TotalSeconds;
        var isRunning = _state is Started or Stopping;
        return new()
        {
            ["state"] = _state,
            ["duration"] = _switches.NumbersAsText.Now ? seconds.ToString(CultureInfo.InvariantCulture) : seconds,

            // These two are texts in every version.
            ["active"] = isRunning ? "1" : "0",
            ["total"] = (_files + (isRunning ? 1 : 0)).ToString(CultureInfo.InvariantCulture),
        };
    }

    private void Act(PearlSession session, string path)
    {
        Action? act = null;
        if (Ids.Any(id => path == $"recorders/{id}/control/start")) act = Start;
        else if (Ids.Any(id => path == $"recorders/{id}/control/stop")) act = Stop;
        else if (path == "channels/1/bookmarks") act = () => _bookmarks++;

        if (act is null) NotFound(session);
        else if (Refuse.On) session.Answer(400, "Bad Request", JsonType, Failed(Refuse.Code ?? "operation not permitted"));
        else
        {
            if (!Frozen) act();
            session.Answer(200, "OK", JsonType, """{"status":"ok"}""");
        }
    }

    private static void NotFound(PearlSession session) => session.Answer(404, "Not Found", JsonType, Failed("not found"));

    private static string Failed(string message) => new JsonObject { ["status"] = "error", ["message"] = message }.ToJsonString();
}
