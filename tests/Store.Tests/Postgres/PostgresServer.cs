using System.Diagnostics;

[assembly: AssemblyFixture(typeof(AvGateway.Store.Tests.Postgres.PostgresServer))]

namespace AvGateway.Store.Tests.Postgres;

/// <summary>A private server in a temporary folder, reached through its Unix socket. It refuses to run as root, so root lends it another user.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private string _programs = "";
    private string? _whyNot;

    private string Cluster => _folder.Sub("cluster");

    public ValueTask InitializeAsync()
    {
        _programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order().LastOrDefault() ?? ""
            : "";
        if (_programs.Length == 0) _whyNot = "no PostgreSQL server is installed (apt install postgresql)";
        else if (Environment.UserName == "root" && !Run("id", "postgres")) _whyNot = "there is no user that may run a PostgreSQL server";
        else Start();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (_whyNot is null) AsUser(Path.Combine(_programs, "pg_ctl"), "-D", Cluster, "-m", "immediate", "stop");
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The address of a schema that nobody used yet; skips the test where there is no server.</summary>
    public string NewAddress()
    {
        Assert.SkipUnless(_whyNot is null, _whyNot ?? "");
        return $"postgres://postgres@localhost/postgres?host={Uri.EscapeDataString(Cluster)}&schema=t_{Guid.NewGuid():N}";
    }

    private void Start()
    {
        Expect(Run("chmod", "711", _folder.Path), "chmod");
        Directory.CreateDirectory(Cluster);
        if (Environment.UserName == "root") Expect(Run("chown", "postgres", Cluster), "chown");
        Expect(AsUser(Path.Combine(_programs, "initdb"), "-D", Cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"), "initdb");
        Expect(AsUser(Path.Combine(_programs, "pg_ctl"), "-D", Cluster, "-w", "-t", "30", "-l", Path.Combine(Cluster, "log"), "-o", $"-c listen_addresses= -k {Cluster}", "start"), "start");
    }

    private static void Expect(bool isDone, string what) => Assert.True(isDone, $"the PostgreSQL server failed at {what}");

    private static bool AsUser(string program, params string[] arguments) =>
        Environment.UserName == "root" ? Run("runuser", ["-u", "postgres", "--", program, .. arguments]) : Run(program, arguments);

    private static bool Run(string program, params string[] arguments)
    {
        // Not redirected: the server inherits what its starter has, and a pipe that it holds would never end.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        return process.WaitForExit(TimeSpan.FromSeconds(60)) && process.ExitCode == 0;
    }
}
