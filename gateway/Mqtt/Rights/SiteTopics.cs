namespace AvGateway.Mqtt.Permissions;

/// <summary>Where this gateway's tree stands: <c>root/1/site</c>. Both parts come from the site file.</summary>
public sealed record SiteTopics
{
    /// <summary>The branch of automatic discovery, outside our tree; written by the gateway alone.</summary>
    public const string Discovery = "homeassistant";

    private const string Version = "1";

    /// <param name="root">One or more levels, none empty, wild or beginning with <c>$</c>.</param>
    /// <param name="site">One level.</param>
    public SiteTopics(string root, string site)
    {
        Levels = [.. root.Split('/'), Version, site];
        if (Array.Exists(Levels, l => l.Length == 0 || l[0] == '$' || l.AsSpan().IndexOfAny('+', '#', '/') >= 0))
            throw new ArgumentException($"'{root}' and '{site}' do not make a topic: levels must be plain words.", nameof(root));
        Prefix = string.Join('/', Levels) + '/';
    }

    /// <summary>The levels down to the site.</summary>
    public string[] Levels { get; }

    /// <summary>The same as text, with a closing slash.</summary>
    public string Prefix { get; }
}
