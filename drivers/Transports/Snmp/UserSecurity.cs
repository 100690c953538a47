using System.Buffers;
using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Devices;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Snmp;

/// <summary>Version 3 with one user: finds the agent's engine, keeps its time, seals what goes out and believes only what is genuine and fresh.</summary>
/// <remarks>
/// An agent whose clock has left the window says so in a report with a digest: its time is taken over, forwards only. The question that it
/// refused is not sent again from here; the runtime repeats it when its time is up.
/// </remarks>
internal sealed class UserSecurity : ISnmpSecurity
{
    private const string Counters = "1.3.6.1.6.3.15.1.1.";
    private const string Unsupported = Counters + "1.0", NotInTime = Counters + "2.0", UnknownUser = Counters + "3.0";
    private const string UnknownEngine = Counters + "4.0", WrongDigest = Counters + "5.0", Undecipherable = Counters + "6.0";
    private const string SystemObject = "1.3.6.1.2.1.1.2.0";
    private const int Window = 150, Largest = 65_507, ShortestPassphrase = 8;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);
    private const int Tries = 3;

    private readonly SnmpSettings _settings;
    private readonly LinkAddress _address;
    private readonly TimeProvider _clock;
    private readonly byte[] _authSecret;
    private readonly byte[] _privSecret;
    private byte[] _engine = [];
    private byte[] _authKey = [];
    private byte[] _privKey = [];
    private int _boots;
    private int _time;
    private long _timeAt;
    private int _messageId;
    private ulong _salt;

    private UserSecurity(SnmpSettings settings, LinkAddress address, string auth, string priv, TimeProvider clock, int firstId)
    {
        _settings = settings;
        _address = address;
        _clock = clock;
        _messageId = firstId;
        _authSecret = UsmKeys.OfPassphrase(settings.Hash, auth);
        _privSecret = UsmKeys.OfPassphrase(settings.Hash, priv);
        _salt = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(UsmKeys.SaltLength));
    }

    private int Time => _time + (int)_clock.GetElapsedTime(_timeAt).TotalSeconds;

    public static UserSecurity Of(SnmpSettings settings, LinkAddress address, Secret? secret, TimeProvider clock, int firstId)
    {
        var lines = secret?.Reveal().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (lines.Length is 0 or > 2 || lines.Any(line => line.Length < ShortestPassphrase))
        {
            throw new LinkException(StatusReasons.AccessDenied,
                $"{address}: version 3 needs a secret: the passphrase, or that of the encryption on a second line, each of {ShortestPassphrase} characters or more");
        }

        return new(settings, address, lines[0], lines[^1], clock, firstId);
    }

    /// <summary>Finds the engine and its time, and proves the passphrases; throws <see cref="LinkException"/> with the agent's reason.</summary>
    public async Task BeginAsync(ILink datagrams, CancellationToken cancellation)
    {
        var found = await AskAsync(datagrams, () => Write(SnmpPdu.Question(_messageId, null), flags: 0), cancellation);
        if (found.Engine.Length == 0) throw Denied("the agent does not tell its engine");
        _engine = found.Engine;
        _authKey = UsmKeys.Localised(_settings.Hash, _authSecret, _engine);
        _privKey = UsmKeys.Localised(_settings.Hash, _privSecret, _engine);
        SetTime(found.Boots, found.Time);
        for (var tries = 0; ; tries++)
        {
            var answer = await AskAsync(datagrams, () => Seal(SnmpPdu.Question(_messageId + 1, SystemObject)), cancellation);
            if (answer.Pdu is { Kind: SnmpPdu.Response }) return;
            var report = answer.Pdu?.FirstObject();
            if (report == NotInTime && answer.IsGenuine && tries == 0) SetTime(answer.Boots, answer.Time);
            else throw Denied(Words(report));
        }
    }

    public byte[] Seal(SnmpPdu pdu) => Write(pdu, _settings.HasPrivacy ? UsmFlags.Auth | UsmFlags.Priv : UsmFlags.Auth);

    public SnmpPdu? Open(byte[] message, out bool isOver)
    {
        isOver = false;
        try
        {
            var arrived = Read(message);
            if (arrived.MessageId != _messageId) return null;
            if (arrived.Pdu is { Kind: SnmpPdu.Report } report)
            {
                // An agent whose clock went back has lost its count of starts: that is another agreement, made by a new link.
                isOver = report.FirstObject() != NotInTime || (arrived.IsGenuine && !SetTime(arrived.Boots, arrived.Time));
                return null;
            }

            return arrived is { IsGenuine: true, Pdu.Kind: SnmpPdu.Response } ? arrived.Pdu : null;
        }
        catch (Exception noise) when (noise is AsnContentException or CryptographicException)
        {
            return null;
        }
    }

    private async Task<UsmArrival> AskAsync(ILink datagrams, Func<byte[]> question, CancellationToken cancellation)
    {
        for (var i = 0; i < Tries; i++)
        {
            await datagrams.Output.WriteAsync(question(), cancellation);
            using var within = new CancellationTokenSource(AnswerWithin, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, within.Token);
            try
            {
                if (await AnswerAsync(datagrams, either.Token) is { } answer) return answer;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Nothing came in time: the next try has a new message id.
            }
        }

        throw new LinkException(StatusReasons.ConnectFailed, $"{_address}: no agent of SNMPv3 answers; see the address, the port and the agent's access list");
    }

    private async Task<UsmArrival?> AnswerAsync(ILink datagrams, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await datagrams.Input.ReadAsync(cancellation);
            var message = read.Buffer.ToArray();
            datagrams.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return null;
            try
            {
                var arrived = Read(message);
                if (arrived.MessageId == _messageId && (arrived.Pdu is { Kind: SnmpPdu.Report } || arrived.IsGenuine)) return arrived;
            }
            catch (Exception noise) when (noise is AsnContentException or CryptographicException)
            {
                // Not an answer; the time for one goes on.
            }
        }
    }

    // Never backwards: a recorded report would open the window for recorded answers.
    private bool SetTime(int boots, int time)
    {
        if (boots < _boots || (boots == _boots && time < Time)) return false;
        (_boots, _time, _timeAt) = (boots, time, _clock.GetTimestamp());
        return true;
    }

    private byte[] Write(SnmpPdu pdu, UsmFlags flags)
    {
        _messageId = _messageId == int.MaxValue ? 1 : _messageId + 1;
        return UsmMessage.Write(new(_messageId, flags | UsmFlags.Reportable, _engine, _boots, Time, flags == 0 ? "" : _settings.User, pdu), _settings.Hash, _authKey,
            _privKey, ++_salt);
    }

    private UsmArrival Read(byte[] message)
    {
        var arrived = UsmMessage.Read(message, _settings.Hash, _engine.Length == 0 ? null : _authKey, _privKey, Encoding.UTF8.GetBytes(_settings.User));
        var isFresh = arrived.Engine.AsSpan().SequenceEqual(_engine)
            && (arrived.Pdu is { Kind: SnmpPdu.Report } || (arrived.Boots == _boots && arrived.Time >= Time - Window));
        return arrived with { IsGenuine = arrived.IsGenuine && isFresh && (!_settings.HasPrivacy || arrived.WasSealed || arrived.Pdu is { Kind: SnmpPdu.Report }) };
    }

    private LinkException Denied(string why) => new(StatusReasons.AccessDenied, $"{_address}: {why}");

    private string Words(string? report) => report switch
    {
        Unsupported => "the agent does not take this security level for the user; see auth and priv of the link",
        UnknownUser => $"the agent does not know the user \"{_settings.User}\"",
        WrongDigest => "the agent refuses the passphrase; see the secret and auth of the link",
        Undecipherable => "the agent cannot decrypt; see the passphrase of the encryption on the second line of the secret",
        NotInTime => "the agent's clock does not stand still long enough to be followed",
        UnknownEngine => "the agent has changed its engine while it was asked",
        _ => $"the agent refuses ({report ?? "no reason given"})",
    };
}
