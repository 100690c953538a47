using System.Diagnostics;
using System.Net.Sockets;
using AvGateway.Operations.Probes;

namespace AvGateway.Probes.Tests;

/// <summary>A question to a real PostgreSQL over TCP, with a password.</summary>
public sealed class PostgresTests
{
    [Fact]
    public async Task A_server_answers_refuses_a_password_and_is_missed_when_it_is_gone()
    {
        var programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).LastOrDefault(d => File.Exists(Path.Combine(d, "initdb"))) : null;
        Assert.SkipUnless(programs is not null, "no PostgreSQL server is installed (apt install postgresql)");
        await using var folder = new Foreign();
        var (cluster, port) = (Path.Combine(folder.Folder, "cluster"), Foreign.FreePort(SocketType.Stream));
        Run("chmod", "711", folder.Folder);
        Directory.CreateDirectory(cluster);
        if (Environment.IsPrivilegedProcess) Run("chown", "postgres", cluster);
        var password = folder.Write("password", "geheim\n");
        Run("chmod", "644", password);
        AsUser(Path.Combine(programs!, "initdb"), "-D", cluster, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={password}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        AsUser(Path.Combine(programs!, "pg_ctl"), "-D", cluster, "-w", "-t", "60", "-l", Path.Combine(cluster, "log"), "-o", $"-c listen_addresses=127.0.0.1 -p {port} -k {cluster} -F", "start");
        var target = $"postgres://postgres@127.0.0.1:{port}/postgres";
        try
        {
            var answered = await Look.AtAsync("sql", target, "geheim", options: ("query", "select count(*) from pg_database"));
            answered.Is(ProbeOutcome.Seen);
            Assert.Equal(3, answered.Value("value"));
            (await Look.AtAsync("sql", target, "geheim", options: ("query", "select nonsense"))).Is(ProbeOutcome.Wrong);
            var refused = await Look.AtAsync("sql", target, "wrong");
            refused.Is(ProbeOutcome.Blind);
            Assert.Equal(ProbeQuality.Unknown, refused.Quality);
        }
        finally
        {
            AsUser(Path.Combine(programs!, "pg_ctl"), "-D", cluster, "-m", "immediate", "-w", "stop");
        }

        (await Look.AtAsync("sql", target, "geheim")).Is(ProbeOutcome.Silent);
        (await Look.AtAsync("sql", $"mysql://root@127.0.0.1:{port}/mysql", "geheim")).Is(ProbeOutcome.Silent);
    }

    // It refuses to run as root, so root lends it another user.
    private static void AsUser(string program, params string[] arguments)
    {
        if (Environment.IsPrivilegedProcess) Run("runuser", ["-u", "postgres", "--", program, .. arguments]);
        else Run(program, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        // Not redirected: the server inherits what its starter has, and a pipe that it holds would never end.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(120)) && process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}");
    }
}
