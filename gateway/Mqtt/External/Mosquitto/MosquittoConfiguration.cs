using System.Globalization;

namespace AvGateway.Mqtt.External.Mosquitto;

/// <summary>The part of <c>mosquitto.conf</c> that makes a mosquitto the court's broker. Paths are absolute.</summary>
/// <param name="Address">The address that its encrypted listener binds to.</param>
public sealed record MosquittoConfiguration(string Address, int Port, string Passwords, string Access, string Certificate, string Key)
{
    /// <summary>The authority of client certificates; null: clients are not asked for any.</summary>
    public string? ClientAuthority { get; init; }

    public string Write() => string.Create(CultureInfo.InvariantCulture, $"""
        # The court's broker. Written by "avgateway broker export"; the next export overwrites it.
        # Take it in with include_dir, or copy it to /etc/mosquitto/conf.d.
        per_listener_settings false
        allow_anonymous false
        password_file {Passwords}
        acl_file {Access}

        # What was acknowledged is on the disk a second later, also after a kill.
        persistence true
        autosave_on_changes true
        autosave_interval 1

        # The gateway's own limits, as far as this broker knows them.
        max_packet_size 262144
        max_keepalive 60
        max_queued_messages 100000
        memory_limit 268435456

        # Nothing but TLS; a second "listener" line opens another door.
        listener {Port} {Address}
        certfile {Certificate}
        keyfile {Key}
        {(ClientAuthority is { } authority ? $"cafile {authority}\nrequire_certificate true\nuse_subject_as_username false\n" : "")}
        """);
}
