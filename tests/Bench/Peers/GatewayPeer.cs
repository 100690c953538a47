using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AvGateway.Bench.Farm;

namespace AvGateway.Bench.Peers;

/// <summary>The gateway as it is shipped: Release build, durable store, embedded broker with users and rights, nothing switched off.</summary>
internal sealed class GatewayPeer(string program) : Peer
{
    private const string Site = "bench";
    private const int PerRoom = 10;
    private const int Users = Workloads.Session.Askers;
    private const string Password = "only-for-a-bench-on-loopback";

    private static readonly byte[] Branch = Encoding.ASCII.GetBytes($"avgw/1/{Site}/");
    private static readonly byte[] AnswerBranch = Encoding.ASCII.GetBytes($"avgw/1/{Site}/$rsp/");

    public override string Name => "gateway";

    public override int Qos => 1;

    public override bool Answers => true;

    public override string StateFilter => $"avgw/1/{Site}/+/+/+";

    public override string PanelFilter(int panel) => $"avgw/1/{Site}/r{panel}/$hearing";

    public override string AnswerFilter(int client) => $"avgw/1/{Site}/$rsp/{NameOf(client)}/#";

    public override (string Name, string Password)? User(int client) => (NameOf(client), Password);

    public override async Task<IReadOnlyList<ChildProcess>> StartAsync(DeviceFarm farm, int port, string folder)
    {
        if (!File.Exists(program)) throw new BenchException($"{program} is missing: build it with dotnet build -c Release gateway/Host");
        var data = Path.Combine(folder, "data");
        var site = Path.Combine(folder, "site.json");
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(data);
            var users = Enumerable.Range(0, Users).Select(i => new { name = NameOf(i), hash = HashOf(i), role = "engineer" });
            await File.WriteAllTextAsync(Path.Combine(data, "credentials.json"), JsonSerializer.Serialize(new { users }));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(data, "credentials.json"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await File.WriteAllTextAsync(site, SiteOf(farm.Count));
        }

        string[] arguments = ["run", site, "--data", data, "--mqtt", $"127.0.0.1:{port}", "--http", "127.0.0.1:0"];
        return [ChildProcess.Start(program, arguments, folder)];
    }

    public override int WriteTopic(Span<byte> to, int client, int device, int output)
    {
        var at = Utf8.Write(to, Branch);
        at += Utf8.Write(to[at..], "$req/b"u8);
        at += Utf8.Write(to[at..], client % Users);
        at += Utf8.Write(to[at..], "/r"u8);
        at += Utf8.Write(to[at..], device / PerRoom);
        at += Utf8.Write(to[at..], "/m"u8);
        at += Utf8.Write(to[at..], device);
        return at + Utf8.Write(to[at..], "/do/route"u8);
    }

    public override int WritePayload(Span<byte> to, int output, int input, long request)
    {
        var at = Utf8.Write(to, "{\"id\":\""u8);
        at += Utf8.Write(to[at..], request);
        at += Utf8.Write(to[at..], "\",\"args\":{\"output\":"u8);
        at += Utf8.Write(to[at..], output);
        at += Utf8.Write(to[at..], ",\"input\":"u8);
        at += Utf8.Write(to[at..], input);
        return at + Utf8.Write(to[at..], "}}"u8);
    }

    public override Meaning Read(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (topic.StartsWith(AnswerBranch)) return ReadAnswer(payload);
        if (!topic.StartsWith(Branch)) return default;
        topic = topic[Branch.Length..];
        if (!Utf8.TryTake(ref topic, "r"u8, out _) || !Utf8.TryTake(ref topic, "/m"u8, out var device)) return default;
        if (topic.SequenceEqual("/$state"u8)) return new(payload.IndexOf("\"online\""u8) >= 0 ? Told.Online : Told.Offline, (int)device);
        if (!Utf8.TryTake(ref topic, "/output-"u8, out var output) || !topic.IsEmpty) return default;

        // Only what is shown as seen counts; stale values are told apart by their quality.
        if (payload.IndexOf("\"q\":\"good\""u8) < 0 || !Utf8.TryFind(payload, "\"v\":"u8, out var input)) return default;
        return new(Told.Route, (int)device, (int)output, (int)input);
    }

    private static Meaning ReadAnswer(ReadOnlySpan<byte> payload)
    {
        if (payload.IndexOf("\"final\":true"u8) < 0) return default;
        return Utf8.TryFind(payload, "\"id\":\""u8, out var request) && Utf8.TryFind(payload, "\"stat\":"u8, out var status)
            ? new(Told.Answer, Value: (int)status, Request: request) : default;
    }

    // The observer pays for its sign-in what every panel pays after a restart; the askers sign in before anything is measured.
    public static string HashOf(int client)
    {
        var iterations = client == 0 ? 600_000 : 1_000;
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(Password, salt, iterations, HashAlgorithmName.SHA256, 32);
        return $"pbkdf2-sha256${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";
    }

    private static string NameOf(int client) => $"b{client % Users}";

    private static string SiteOf(int devices)
    {
        var rooms = Enumerable.Range(0, devices).Chunk(PerRoom).Select((ids, room) => new
        {
            id = $"r{room}",
            name = new { zh = $"法庭 {room}", en = $"Courtroom {room}" },
            devices = ids.Select(i => new
            {
                id = $"m{i}",
                driver = "videohub",
                link = $"tcp://{DeviceFarm.AddressOf(i)}:{DeviceFarm.Port}",
                poll = $"{(int)PollEvery.TotalSeconds}s",
            }),
        });
        var site = new { id = Site, name = new { zh = "测量", en = "Bench" }, zone = "Asia/Shanghai", languages = new[] { "zh-CN", "en" } };
        return JsonSerializer.Serialize(new { site, rooms });
    }
}
