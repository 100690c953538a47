using System.Text;
using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Snmp;

/// <summary>
/// A management card: SNMP v1 and v2c by community, v3 by user, GET, GETNEXT, GETBULK and SET over the objects that a device gives it.
/// From RFC 1157, 3416 and 3414. A message with a wrong community is not answered at all.
/// </summary>
internal abstract class SnmpAgent : SimulatedDevice<SnmpSession>
{
    private const int NoSuchName = 2, GenErr = 5, NoAccess = 6, NotWritable = 17, AuthorizationError = 16, ReadOnly = 4, InconsistentValue = 12;
    private const int MostBindings = 60;

    private static readonly Dictionary<string, int> Refusals = new(StringComparer.Ordinal)
    {
        ["genErr"] = GenErr,
        ["noAccess"] = NoAccess,
        ["inconsistentValue"] = InconsistentValue,
        ["authorizationError"] = AuthorizationError,
        ["notWritable"] = NotWritable,
    };

    private readonly Switch<bool> _rejects;
    private readonly Switch<bool> _duplicates;
    private readonly SnmpSecurity _security;
    private readonly string _readCommunity;
    private readonly string _writeCommunity;
    private DateTimeOffset _upSince;
    private bool _cardIsDown;

    protected SnmpAgent(SimulatorDescriptor descriptor, DeviceSetting setting, TimeProvider time)
        : base(descriptor, setting, time, TimeSpan.FromSeconds(2))
    {
        _readCommunity = setting.Word("readCommunity", "public");
        _writeCommunity = setting.Word("writeCommunity", "private");
        _security = new(setting, () => (long)(Now - _upSince).TotalSeconds);
        _upSince = Now - TimeSpan.FromDays(3);
        _rejects = Switches.Boolean("rejects-login", "The community or the passphrase was changed: silence for a community, a report for a user.");
        _duplicates = Switches.Boolean("duplicates", "Every answer comes twice, as a network may do it.");
        Switches.Momentary("card-restart",
            "The management card starts again: silent for boot-time, its up-time and engine begin anew; what it manages goes on.", RestartCard);
        Switches.Momentary("clock-jump", "SNMPv3: the engine's time is 1000 s ahead at once; what clients reckon is outside the window.",
            () => _security.Jump(1000));
    }

    protected ObjectTree Objects { get; private set; } = new();

    protected Oid SystemId { get; set; } = Oid.Parse("1.3.6.1.4.1.8072");

    protected string SystemName { get; set; } = "";

    protected abstract string SystemDescription { get; }

    /// <summary>What the device itself shows and takes.</summary>
    protected abstract void Fill(ObjectTree objects);

    protected override Session NewSession(Connection connection) => new SnmpSession(this, connection);

    protected override void Restarted() => BeginAgain();

    /// <summary>The objects as they are after the first start or a reset.</summary>
    protected void Build()
    {
        Objects = new();
        Objects.Add("1.3.6.1.2.1.1.1.0", () => Tlv.Of(SystemDescription));
        Objects.Add("1.3.6.1.2.1.1.2.0", () => Tlv.Of(SystemId));
        Objects.Add("1.3.6.1.2.1.1.3.0", () => Tlv.Unsigned(Tlv.TimeTicks, (ulong)((Now - _upSince).TotalMilliseconds / 10) & 0xFFFF_FFFF));
        Objects.Add("1.3.6.1.2.1.1.5.0", () => Tlv.Of(SystemName));
        Fill(Objects);
    }

    protected override void BackToFactory()
    {
        _cardIsDown = false;
        _upSince = Now - TimeSpan.FromDays(3);
        _security.Reset();
    }

    protected void RestartCard()
    {
        _cardIsDown = true;
        After(BootTime.Now, () =>
        {
            _cardIsDown = false;
            BeginAgain();
        });
    }

    private void BeginAgain()
    {
        _cardIsDown = false;
        _upSince = Now;
        _security.Restarted();
    }

    internal void Obey(SnmpSession session, Tlv message, byte[] raw)
    {
        if (_cardIsDown || message.Tag != Tlv.Sequence || message.Parts() is not [{ Tag: Tlv.Integer } version, .. var rest]) return;
        var answer = version.Number switch
        {
            0 or 1 => ByCommunity(version.Number, rest),
            3 => _security.Serve(rest, raw, _rejects.Now, pdu => Answer(1, pdu, mayWrite: true)),
            _ => null,
        };
        if (answer is not { } said) return;
        session.Say(said.Encode());
        if (_duplicates.Now) session.Say(said.Encode());
    }

    private Tlv? ByCommunity(long version, Tlv[] rest)
    {
        if (rest is not [{ Tag: Tlv.OctetString } community, var body] || _rejects.Now) return null;
        var word = Encoding.UTF8.GetString(community.Content);
        var mayWrite = word == _writeCommunity;
        if (!mayWrite && word != _readCommunity || SnmpPdu.Read(body) is not { } pdu) return null;
        return Answer(version, pdu, mayWrite) is { } answer ? Tlv.Group(Tlv.Sequence, Tlv.Of(version), community, answer.Encode()) : null;
    }

    private SnmpPdu? Answer(long version, SnmpPdu pdu, bool mayWrite) => pdu.Tag switch
    {
        SnmpPdu.Get => Each(version, pdu, oid => (oid, Objects.Find(oid)?.Read() ?? Tlv.Empty(Objects.HasColumn(oid) ? Tlv.NoSuchInstance : Tlv.NoSuchObject))),
        SnmpPdu.GetNext => Each(version, pdu, Following),
        SnmpPdu.GetBulk when version > 0 => Bulk(pdu),
        SnmpPdu.Set => Write(version, pdu, mayWrite),
        _ => null,
    };

    private (Oid, Tlv) Following(Oid oid) => Objects.Next(oid) is { } next ? (next.Oid, next.Object.Read()) : (oid, Tlv.Empty(Tlv.EndOfMibView));

    private static SnmpPdu Each(long version, SnmpPdu pdu, Func<Oid, (Oid, Tlv)> find)
    {
        var found = pdu.Bindings.Select(binding => find(binding.Oid)).ToList();
        // Version 1 knows no exceptions in the values: one missing object spoils the whole answer.
        var missing = version == 0 ? found.FindIndex(binding => binding.Item2.Tag is Tlv.NoSuchObject or Tlv.NoSuchInstance or Tlv.EndOfMibView) : -1;
        return missing < 0
            ? pdu with { Tag = SnmpPdu.Response, ErrorStatus = 0, ErrorIndex = 0, Bindings = found }
            : pdu with { Tag = SnmpPdu.Response, ErrorStatus = NoSuchName, ErrorIndex = missing + 1 };
    }

    private SnmpPdu Bulk(SnmpPdu pdu)
    {
        var found = new List<(Oid, Tlv)>();
        var once = (int)Math.Clamp(pdu.ErrorStatus, 0, pdu.Bindings.Count);
        foreach (var (oid, _) in pdu.Bindings.Take(once)) found.Add(Following(oid));
        var ends = pdu.Bindings.Skip(once).Select(binding => binding.Oid).ToArray();
        for (var round = 0; round < pdu.ErrorIndex && ends.Length > 0 && found.Count + ends.Length <= MostBindings; round++)
        {
            for (var i = 0; i < ends.Length; i++)
            {
                var next = Following(ends[i]);
                ends[i] = next.Item1;
                found.Add(next);
            }
        }

        return pdu with { Tag = SnmpPdu.Response, ErrorStatus = 0, ErrorIndex = 0, Bindings = found };
    }

    private SnmpPdu Write(long version, SnmpPdu pdu, bool mayWrite)
    {
        var reply = pdu with { Tag = SnmpPdu.Response, ErrorStatus = 0, ErrorIndex = 0 };
        for (var i = 0; i < pdu.Bindings.Count; i++)
        {
            var (oid, value) = pdu.Bindings[i];
            var target = Objects.Find(oid);
            var error = Refuse.On ? Refusals.GetValueOrDefault(Refuse.Code ?? "noAccess", NoAccess)
                : !mayWrite ? NoAccess
                : target?.Check is null ? NotWritable
                : target.Check(value);
            if (error != 0) return reply with { ErrorStatus = version == 0 ? (error == NoAccess ? ReadOnly : NoSuchName) : error, ErrorIndex = i + 1 };
        }

        if (Frozen) return reply;
        foreach (var (oid, value) in pdu.Bindings) Objects.Find(oid)!.Write!(value);
        return reply;
    }
}
