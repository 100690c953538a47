using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AvGateway.Acceptance.Tests.Support;

namespace AvGateway.Acceptance.Tests.Security;

/// <summary>Clients of an encrypted gateway: mosquitto's tools, a plain web client, and MQTT's first packet over a WebSocket.</summary>
internal static class SecureClient
{
    /// <summary>Subscribes with the distribution's client until one message came; exit code 0 is that.</summary>
    public static Task<Ended> SubscribeAsync(GatewayProcess gateway, string user, params string[] tls)
    {
        var at = gateway.Ready.GetProperty("mqtts").GetString()!.Split(':');
        return Tool.RunAsync("mosquitto_sub",
            ["-h", at[0], "-p", at[1], "-V", "5", "-u", user, "-P", gateway.PasswordOf(user), "-t", $"avgw/1/{gateway.Site}/$gw/+/state", "-C", "1", "-W", "30", .. tls]);
    }

    public static HttpClient Web(string authority)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(authority);
        var handler = new SocketsHttpHandler();
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(trusted) };
        return new(handler);
    }

    /// <summary>Opens a WebSocket as a page of this origin (null: as a program) and signs in; gives MQTT's return code.</summary>
    public static async Task<byte> SignInAsync(GatewayProcess gateway, Uri web, string user, string? origin, string? authority = null, X509Certificate2? own = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        if (authority is not null)
        {
            var trusted = new X509Certificate2Collection();
            trusted.ImportFromPemFile(authority);
            socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                using var chain = new X509Chain { ChainPolicy = Policy(trusted) };
                return (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && chain.Build((X509Certificate2)certificate!);
            };
        }

        if (own is not null) socket.Options.ClientCertificates.Add(own);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await socket.ConnectAsync(new UriBuilder(web) { Scheme = web.Scheme.Replace("http", "ws", StringComparison.Ordinal), Path = "/mqtt" }.Uri, patience.Token);
        await socket.SendAsync(Connect(user, gateway.PasswordOf(user)), WebSocketMessageType.Binary, true, patience.Token);
        var answer = new byte[4];
        for (var got = 0; got < answer.Length;)
        {
            var part = await socket.ReceiveAsync(answer.AsMemory(got), patience.Token);
            if (part.MessageType is WebSocketMessageType.Close) throw new InvalidOperationException("closed without an answer");
            got += part.Count;
        }

        Assert.Equal(0x20, answer[0]);
        return answer[3];
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection trusted)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(trusted);
        return policy;
    }

    /// <summary>MQTT 3.1.1, section 3.1: a CONNECT with user name and password.</summary>
    private static byte[] Connect(string user, string password)
    {
        byte[] rest = [0, 4, .. "MQTT"u8, 4, 0xC2, 0, 30, .. Text("websocket-test"), .. Text(user), .. Text(password)];
        return [0x10, (byte)rest.Length, .. rest];

        static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
    }
}
