using System.Net;
using AvGateway.Host.Site;
using AvGateway.Host.Tls;
using AvGateway.Mqtt.External.Mosquitto;
using AvGateway.Operations.Access;

namespace AvGateway.Host.Hosting;

/// <summary>The files with which a mosquitto keeps the same rights as the embedded broker. Those with secrets are readable by their owner alone.</summary>
internal sealed class BrokerExport(SiteModel site, CredentialsFile users, PrivateAuthority authority, string folder)
{
    /// <summary>The account of the gateway itself; no user may have this name.</summary>
    public const string GatewayName = "avgateway";

    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(397);

    private readonly List<string> _files = [];
    private readonly List<User> _impossible = [];
    private readonly List<User> _ending = [];

    /// <summary>What was written, as full paths.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>Accounts whose password nobody knows.</summary>
    public IReadOnlyList<User> Impossible => _impossible;

    /// <summary>Accounts that end by themselves.</summary>
    public IReadOnlyList<User> Ending => _ending;

    public int Exported { get; private set; }

    public string Passwords => Path.Combine(folder, "passwords");

    /// <summary>The gateway's own password; kept over exports, so that a running gateway goes on.</summary>
    public string Secret => Path.Combine(folder, "gateway.secret");

    /// <exception cref="CredentialsException">A user has the gateway's own name.</exception>
    public void Write(HostAndPort listen, IReadOnlyList<string> names, bool asksForCertificates, DateTimeOffset now)
    {
        if (users.Find(GatewayName) is not null)
            throw new CredentialsException(Texts.Say($"用户名 {GatewayName} 归网关自身使用；请改名", $"the name '{GatewayName}' belongs to the gateway itself; rename that user"));
        PrivateFile.CreateFolder(folder);
        var current = users.Users.Where(u => u.Until is not { } end || end > now).ToList();
        _ending.AddRange(current.Where(u => u.Until is not null));
        _impossible.AddRange(current.Where(u => users.PasswordOf(u.Name) is null));
        var exported = current.Except(_impossible).ToList();
        Exported = exported.Count;

        var lines = exported.Select(u => MosquittoPasswords.Line(u.Name, users.PasswordOf(u.Name)!)).Prepend(MosquittoPasswords.Line(GatewayName, OwnSecret()));
        Put(Passwords, string.Join('\n', lines) + "\n");
        var access = Path.Combine(folder, "acl");

        // Also those without a line in the password file, to whom mosquitto_passwd may give one.
        Put(access, new MosquittoAccess(new(site.Mqtt.Root, site.Id), [.. site.Rooms.Select(r => r.Id)]).Write(GatewayName, current));
        var (certificate, key) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        var pair = authority.IssueServer(["localhost", "127.0.0.1", "::1", Dns.GetHostName(), .. listen.IsEverywhere ? [] : (string[])[listen.Address.ToString()], .. names], CertificateLifetime);
        Put(key, pair.Key);
        Put(certificate, pair.Certificate);
        var configuration = new MosquittoConfiguration(listen.IsEverywhere ? "0.0.0.0" : listen.Address.ToString(), listen.Port, Passwords, access, certificate, key)
        {
            ClientAuthority = asksForCertificates ? authority.RootFile : null,
        };
        Put(Path.Combine(folder, "mosquitto.conf"), configuration.Write());
    }

    private string OwnSecret()
    {
        if (File.Exists(Secret) && File.ReadAllText(Secret).Trim() is { Length: > 0 } kept) return kept;
        var drawn = CredentialsFile.DrawPassword();
        Put(Secret, drawn + "\n");
        return drawn;
    }

    private void Put(string path, string text)
    {
        PrivateFile.Write(path, text);
        _files.Add(path);
    }
}
