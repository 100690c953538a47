namespace AvGateway.Simulator.Devices.Links.Ssh;

/// <summary>The log-in of RFC 4252: by password, by a prompt (RFC 4256), or by nothing where the device lets everybody in.</summary>
internal sealed class SshLogin(SshPackets packets, SimulatedDevice device, string peer)
{
    private const int MostTries = 6;

    /// <summary>False when the client was not let in; it has been told so.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        await AcceptServiceAsync(cancellation);
        for (var tries = 0; tries < MostTries;)
        {
            var message = await packets.ReadAsync(cancellation);
            if (message[0] is SshMessage.Ignore or SshMessage.Debug or SshMessage.Unimplemented) continue;
            if (message[0] != SshMessage.AuthRequest) throw new InvalidDataException("the client goes on without a log-in");
            var (user, method, password) = Read(message);
            var offered = method == "none" || device.SshMethods.Split(',').Contains(method);
            if (offered && method == "keyboard-interactive") password = await AskAsync(cancellation);
            // Asking which ways there are is no try.
            if (offered && device.TryLogIn(user, method == "none" ? null : password, peer))
            {
                await packets.WriteAsync([SshMessage.AuthSuccess], cancellation);
                return true;
            }

            if (method != "none") tries++;
            await packets.WriteAsync(new SshWriter().Byte(SshMessage.AuthFailure).Text(device.SshMethods).Flag(false).Done(), cancellation);
        }

        return false;
    }

    private static (string User, string Method, string? Password) Read(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(1);
        var user = reader.Text();
        reader.Text();
        var method = reader.Text();
        if (method != "password") return (user, method, null);
        reader.Flag();
        return (user, method, reader.Text());
    }

    private async Task AcceptServiceAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var message = await packets.ReadAsync(cancellation);
            if (message[0] is SshMessage.Ignore or SshMessage.Debug or SshMessage.Unimplemented or SshMessage.ExtensionInfo) continue;
            if (message[0] != SshMessage.ServiceRequest || Service(message) != "ssh-userauth") throw new InvalidDataException("the client asks for no log-in");
            await packets.WriteAsync(new SshWriter().Byte(SshMessage.ServiceAccept).Text("ssh-userauth").Done(), cancellation);
            return;
        }
    }

    private static string Service(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(1);
        return reader.Text();
    }

    private async Task<string?> AskAsync(CancellationToken cancellation)
    {
        await packets.WriteAsync(
            new SshWriter().Byte(SshMessage.InfoRequest).Text("").Text("").Text("").UInt32(1).Text("Password: ").Flag(false).Done(), cancellation);
        var message = await packets.ReadAsync(cancellation);
        if (message[0] != SshMessage.InfoResponse) throw new InvalidDataException("the client does not answer the prompt");
        return Response(message);
    }

    private static string? Response(byte[] message)
    {
        var reader = new SshReader(message);
        reader.Skip(1);
        return reader.UInt32() == 1 ? reader.Text() : null;
    }
}
