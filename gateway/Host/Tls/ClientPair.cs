namespace AvGateway.Host.Tls;

/// <summary>A client certificate for a user, as two files to be taken to the client's machine.</summary>
internal static class ClientPair
{
    /// <summary>Writes <c>NAME.pem</c> and <c>NAME.key</c> (0600) and prints both paths.</summary>
    public static void Write(string dataDirectory, string user, TimeSpan lifetime, string folder)
    {
        using var authority = PrivateAuthority.Open(Path.GetFullPath(dataDirectory), TimeProvider.System);
        var pair = authority.IssueClient(user, lifetime);
        var certificate = Path.Combine(folder, user + ".pem");
        var key = Path.Combine(folder, user + ".key");
        try
        {
            PrivateFile.CreateFolder(folder);
            PrivateFile.Write(key, pair.Key);
            PrivateFile.Write(certificate, pair.Certificate);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new TlsException(Texts.Say($"{folder} 不可写：{unwritable.Message}", $"{folder} cannot be written: {unwritable.Message}"), unwritable);
        }

        Console.Out.WriteLine(certificate);
        Console.Out.WriteLine(key);
    }
}
