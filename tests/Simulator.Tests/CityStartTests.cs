using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AvGateway.Simulator.Tests;

/// <summary>
/// <c>avsim court</c> with as many devices as a city has, each on its real wire. <c>AVGW_CITY=1</c>, the city's file in the folder <c>AVGW_SHARED</c>. Kinds
/// that no simulated device speaks for get the nearest wire: a computer one that can be woken and told to shut down, a switch an SNMP agent, a contact a
/// Modbus input.
/// </summary>
public sealed class CityStartTests(ITestOutputHelper output) : IDisposable
{
    private const double MostSeconds = 10;
    private const double MostMegabytes = 1024;

    private static readonly Dictionary<string, (string Driver, string Link)> Kinds = new()
    {
        ["trial_host"] = ("trial-host", "tcp://10.0.0.1:4001"),
        ["backup_recorder"] = ("extron-smp", "tcp://10.0.0.1:23"),
        ["recorder"] = ("extron-smp", "tcp://10.0.0.1:23"),
        ["matrix"] = ("kramer-p3000", "tcp://10.0.0.1:5000"),
        ["display"] = ("nec-display", "serial:/dev/ttyS1?baud=9600"),
        ["projector"] = ("pjlink", "tcp://10.0.0.1:4352"),
        ["video_codec"] = ("cisco-xapi", "ssh://10.0.0.1:22"),
        ["backup_codec"] = ("poly", "serial:/dev/ttyS1?baud=9600"),
        ["ptz_camera"] = ("visca", "udp://10.0.0.1:52381"),
        ["doc_camera"] = ("visca", "serial:/dev/ttyS1?baud=9600"),
        ["audio_dsp"] = ("qsys", "tcp://10.0.0.1:1710"),
        ["mic_controller"] = ("shure", "tcp://10.0.0.1:2202"),
        ["voice_changer"] = ("shure", "tcp://10.0.0.1:2202"),
        ["power_sequencer"] = ("modbus-sequencer", "modbus+serial:/dev/ttyS1/1?baud=9600"),
        ["amplifier"] = ("serial-power", "serial:/dev/ttyS1?baud=9600"),
        ["pdu"] = ("snmp-pdu", "snmp://10.0.0.1:161"),
        ["ups"] = ("snmp-ups", "snmp://10.0.0.1:161"),
        ["ups_small"] = ("snmp-ups", "snmp://10.0.0.1:161"),
        ["access_switch"] = ("snmp-ups", "snmp://10.0.0.1:161"),
        ["core_switch"] = ("snmp-ups", "snmp://10.0.0.1:161"),
        ["firewall"] = ("snmp-ups", "snmp://10.0.0.1:161"),
        ["wan_router"] = ("snmp-ups", "snmp://10.0.0.1:161"),
        ["temp_humidity"] = ("modbus-sensor", "modbus+tcp://10.0.0.1:502/1"),
        ["env_sensor"] = ("modbus-sensor", "modbus+tcp://10.0.0.1:502/1"),
        ["water_leak"] = ("modbus-sensor", "modbus+tcp://10.0.0.1:502/1"),
        ["smoke_contact"] = ("modbus-sensor", "modbus+tcp://10.0.0.1:502/1"),
        ["door_access"] = ("modbus-sensor", "modbus+tcp://10.0.0.1:502/1"),
        ["aircon"] = ("modbus-sensor", "modbus+tcp://10.0.0.1:502/1"),
        ["nvr_store"] = ("isapi-recorder", "http://10.0.0.1:80"),
    };

    private static readonly (string Driver, string Link) Computer = ("wake-on-lan", "wake://10.0.0.1:22");

    private readonly string _folder = Directory.CreateTempSubdirectory("avgw-city-").FullName;

    [Fact]
    public async Task A_city_of_1191_devices_is_ready_within_ten_seconds_and_a_gibibyte()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("AVGW_CITY") == "1", "1,191 devices take both processors for a while: AVGW_CITY=1 runs it");
        var file = Path.Combine(Environment.GetEnvironmentVariable("AVGW_SHARED") ?? "", "data", "reference-city.json");
        Assert.SkipUnless(File.Exists(file), "the reference city is read from data/reference-city.json of the folder AVGW_SHARED");
        var site = Path.Combine(_folder, "site.json");
        var (text, count) = SiteOf(JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!);
        await File.WriteAllTextAsync(site, text, TestContext.Current.CancellationToken);

        var began = Stopwatch.GetTimestamp();
        using var avsim = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "avsim.dll"), "court", site, "--http", "127.0.0.1:0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = avsim.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var line = await avsim.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);
            var took = Stopwatch.GetElapsedTime(began);
            if (line is null) Assert.Fail(await errors);
            using var ready = JsonDocument.Parse(line);
            var most = double.Parse(
                (await File.ReadAllLinesAsync($"/proc/{avsim.Id}/status", TestContext.Current.CancellationToken)).Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture) / 1024;
            output.WriteLine($"{ready.RootElement.GetProperty("devices").GetArrayLength()} devices ready in {took.TotalSeconds:0.0} s, {avsim.TotalProcessorTime.TotalSeconds:0.0} s of processor time, at most {most:0} MiB, {avsim.Threads.Count} threads");
            Assert.Equal((1191, 1191, 0), (count, ready.RootElement.GetProperty("devices").GetArrayLength(), ready.RootElement.GetProperty("notSimulated").GetArrayLength()));
            Assert.True(took.TotalSeconds <= MostSeconds, $"ready after {took}");
            Assert.True(most <= MostMegabytes, $"{most:0} MiB");
        }
        finally
        {
            avsim.Kill(entireProcessTree: true);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static (string Text, int Devices) SiteOf(JsonNode city)
    {
        var rooms = new JsonArray();
        var count = 0;
        foreach (var court in city["sites"]!.AsArray())
        {
            foreach (var (kind, many) in court!["rooms"]!.AsObject())
            {
                for (var n = 1; n <= (int)many!; n++)
                {
                    var devices = new JsonArray();
                    foreach (var (what, some) in city["roomTypes"]![kind]!["devices"]!.AsObject())
                    {
                        var (driver, link) = Kinds.GetValueOrDefault(what, Computer);
                        for (var i = 1; i <= (int)some!; i++, count++) devices.Add(new JsonObject { ["id"] = $"{what.Replace('_', '-')}-{i}", ["driver"] = driver, ["link"] = link });
                    }

                    rooms.Add(new JsonObject { ["id"] = $"{court["code"]}-{kind.Replace('_', '-')}-{n}", ["devices"] = devices });
                }
            }
        }

        return (new JsonObject { ["site"] = new JsonObject { ["id"] = "city" }, ["rooms"] = rooms }.ToJsonString(), count);
    }
}
