using System.Text.Json.Nodes;
using AvGateway.Devices;
using AvGateway.Drivers;
using AvGateway.Drivers.Runtime;
using AvGateway.Operations.Inspections;
using AvGateway.Operations.Probes;
using AvGateway.Operations.Schedule.Rules;

namespace AvGateway.Host.Site;

/// <summary>The JSON Schema (2020-12) of the site file, for editors: what it allows is what <see cref="SiteReader"/> accepts.</summary>
internal static class SiteSchema
{
    private const string IdPattern = "^[a-z0-9-]{1,40}$";
    private const string DurationPattern = "^[0-9]+(ms|s|m|h|d)$";

    public static JsonObject Build(DriverCatalog catalog) => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "AvGateway site file",
        ["type"] = "object",
        ["required"] = Words("site", "rooms"),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject
        {
            ["$schema"] = Text(),
            ["include"] = List(Text("File name or pattern below this file, for example rooms/*.json")),
            ["profiles"] = List(Text("File name or pattern of device profiles below this file; profiles/*.json when left out")),
            ["site"] = Object(["id", "name", "zone"], ("id", Id()), ("name", Names()), ("zone", Text("IANA time zone, for example Asia/Shanghai")), ("languages", List(Text()))),
            ["drivers"] = List(new() { ["anyOf"] = new JsonArray(Text("File below this one that holds an entry, as \"avgateway drivers pin FOLDER\" prints it"), DriverPackage()) }),
            ["rooms"] = List(Object(["id", "devices"], ("id", Id()), ("name", Names()), ("devices", List(Device(catalog))), ("layout", Layout()), ("scenes", List(Scene())), ("power", Power()))),
            ["network"] = List(Object(["id", "kind", "feeds"], ("id", Id()), ("kind", new() { ["enum"] = Words("power", "switch", "line") }), ("name", Names()),
                ("feeds", List(Text("ROOM, ROOM/DEVICE or the id of another branch"))), ("vendor", Text("An id of \"vendors\"")), ("carrier", Text("An id of \"carriers\"")),
                ("circuit", Text("The carrier's number of the line")),
                ("watch", Watch()), ("inrush", Number()), ("settle", Duration()))),
            ["probes"] = List(Probe(Hosting.Parts.ProbeKinds(Hosting.Parts.Links()))),
            ["vendors"] = List(Supplier()),
            ["carriers"] = List(Supplier()),
            ["contacts"] = List(Object(["id", "reach"], ("id", Id()), ("name", Names()), ("language", new() { ["enum"] = Words("zh", "en") }),
                ("reach", List(Object(["channel"], ("channel", Text("An id of \"channels\"")), ("address", Text("In the channel's own notation")), ("from", Date()), ("until", Date())))))),
            ["roster"] = List(Object(["id"], ("id", Id()),
                ("shifts", List(Object(["from", "until", "contact"], ("from", Moment()), ("until", Moment()), ("contact", Text("An id of \"contacts\""))))),
                ("rotation", Object(["from", "contacts"], ("from", Date()), ("at", Text("Time of day of the hand-over, 08:00 when left out")),
                    ("days", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 90 }), ("contacts", List(Text("An id of \"contacts\""))))))),
            ["service"] = Object([], ("approvers", List(Text("An account of an admin who lets reports leave; every admin when left out"))), ("period", Object(["from", "to"], ("from", Date()), ("to", Date()))), ("inspections", List(Object(["profile", "perMonth"], ("profile", Text("A profile of \"inspection\"")), ("perMonth", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 31 })))), ("court", new() { ["enum"] = Words("intermediate", "basic") }), ("dispatch", new() { ["type"] = "boolean" }),
                ("office", List(Object(["from", "to"], ("from", Text("Time of day, for example 09:00")), ("to", Text("Time of day, for example 12:00"))))),
                ("limits", List(Object(["severity"], ("severity", new() { ["enum"] = Words("P1", "P2", "P3", "P4") }),
                    ("acknowledge", Limit()), ("answer", Limit()), ("onSite", Limit()), ("restore", Limit()))))),
            ["calendars"] = List(Object([],
                ("years", List(Text("A year's list below the site file, for example calendars/2027.json; calendar.md tells its form"))),
                ("workdays", List(new() { ["enum"] = Words([.. CalendarReader.Weekdays]) })),
                ("off", List(OwnDay())),
                ("work", List(OwnDay())))),
            ["schedules"] = List(Object(["id", "act", "rule"], ("id", Id()), ("name", Names()), ("act", new() { ["enum"] = Words([.. Acts.All]) }), ("rooms", List(Id())), ("rule", Rule()),
                ("misfire", new() { ["enum"] = Words([.. ScheduleReader.PolicyWords]) }), ("within", Duration()), ("deferFor", Duration()), ("enabled", new() { ["type"] = "boolean" }),
                ("profile", Id()))),
            ["docket"] = Object([], ("file", Text("CSV, iCalendar or JSON below the site file")), ("every", Duration()), ("silentAfter", Duration()), ("push", new() { ["type"] = "boolean" })),
            ["guard"] = Object([], ("window", Duration()), ("grace", Duration()),
                ("overrideRoles", List(new() { ["enum"] = Words([.. HearingsReader.Roles.Keys]) })), ("secondPersonFor", List(new() { ["enum"] = Words([.. HearingsReader.Acts.Keys]) }))),
            ["channels"] = List(Channel()),
            ["inspection"] = Inspection(),
            ["escalation"] = List(Object(["id", "rungs"], ("id", Id()), ("severities", List(new() { ["enum"] = Words("P1", "P2", "P3", "P4") })), ("rooms", List(Id())),
                ("codes", List(Text("A code of a fault, for example line.down"))), ("wait", Duration()), ("interval", Duration()), ("workWithin", Duration()),
                ("repeat", Object([], ("every", Duration()), ("times", new() { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 5 }))),
                ("rungs", List(Object(["to"], ("after", Duration()), ("to", List(Text("contact:ID, roster:ID or party"))), ("by", List(Text("An id of \"channels\"")))))))),
            ["mqtt"] = Object([], ("root", Id()), ("bind", Text("HOST:PORT of the embedded broker")), ("tls", Text("HOST:PORT of the embedded broker over TLS, or off")),
                ("broker", Text("mqtt://USER@HOST:PORT or mqtts://… of an external broker")), ("brokerCa", Text("PEM file with the external broker's authority")),
                ("defaultExpiry", Duration()), ("maximumExpiry", Duration())),
            ["http"] = Object([], ("bind", Text("HOST:PORT")), ("tls", Text("HOST:PORT of the web over TLS, or off")),
                ("origins", List(Text("Another web server whose pages may use this gateway, for example https://wall.court.example")))),
            ["tls"] = Object([],
                ("certificate", Text("PEM file with the server's certificate; without it the gateway makes its own")),
                ("key", Text(SecretReference.Form)),
                ("names", List(Text("A name or address that clients connect to"))),
                ("clientCertificates", new() { ["enum"] = Words([.. ListeningReader.ClientWords]) }),
                ("clientCa", Text("PEM file with the authority of client certificates"))),
            ["store"] = new JsonObject(),
            ["capture"] = Object([], ("agent", Text("Local socket of the capture process, /run/avgateway-capture/agent.sock when left out")),
                ("lines", List(Object(["id", "interface"], ("id", Id()), ("name", Names()), ("interface", Text("Mirror port or own interface, for example eth1")),
                    ("branch", Text("A line of \"network\" that is seen there")), ("sipPorts", List(Port())), ("mediaPorts", Text("UDP ports that are looked at, for example 10000-20000; all when left out")),
                    ("devices", new() { ["type"] = "boolean" }), ("memory", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 64 }), ("span", Duration())))),
                ("limits", Object([], ("lossWarn", Number()), ("lossAlarm", Number()), ("jitterWarn", Duration()), ("jitterAlarm", Duration()), ("lasts", Duration()))),
                ("evidence", Object([], ("before", Duration()), ("after", Duration()), ("keep", Duration()), ("most", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 4096 }), ("key", Text(SecretReference.Form))))),
        },
    };

    /// <summary>The options of one driver, for <c>describe NAME --schema</c>.</summary>
    public static JsonObject Options(DriverManifest manifest) => Options(manifest.Options);

    private static JsonObject Options(IReadOnlyList<OptionSpec> options)
    {
        var properties = new JsonObject();
        foreach (var option in options)
        {
            var schema = new JsonObject { ["type"] = TypeOf(option.Kind), ["description"] = $"{option.En} / {option.Zh}" };
            if (option.Default.Kind is not ValueKind.None) schema["default"] = JsonNode.Parse(option.Default.Kind is ValueKind.Text ? $"\"{option.Default.Text}\"" : option.Default.ToString());
            if (option.Min is { } min) schema["minimum"] = min;
            if (option.Max is { } max) schema["maximum"] = max;
            if (option.OneOf is { } words) schema["enum"] = Words([.. words]);
            properties[option.Name] = schema;
        }

        var schemaOfAll = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (options.Where(o => o.Required).Select(o => o.Name).ToArray() is { Length: > 0 } required) schemaOfAll["required"] = Words(required);
        return schemaOfAll;
    }

    private static JsonObject DriverPackage() => Object(["id", "folder", "brings", "files"], ("id", Id()), ("folder", Text("Folder of the package, below the site file for example")),
        ("brings", MapOf(new() { ["enum"] = Words([.. Enum.GetNames<Classes.DeviceClass>().Select(c => c.ToLowerInvariant())]) })),
        ("files", MapOf(new() { ["type"] = "string", ["pattern"] = "^[0-9A-Fa-f]{64}$" })));

    private static JsonObject Device(DriverCatalog catalog)
    {
        var device = Object(["id", "driver", "link"],
            ("id", Id()),
            ("driver", new() { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = Words([.. catalog.Manifests.Select(m => m.Name)]) }, Text("A driver of a package of \"drivers\", or profile:NAME for a profile of the site's own")) }),
            ("link", Text("For example tcp://10.1.1.20:9990 or serial:/dev/ttyS0?baud=9600")),
            ("name", Names()),
            ("vendor", Text("An id of \"vendors\"")),
            ("serialNumber", Text("The only identity that may answer on this link")),
            ("poll", Duration()),
            ("secret", Text(SecretReference.Form)),
            ("hostKey", Text("SHA256:… of an SSH server")),
            ("options", new() { ["type"] = "object" }),
            ("enabled", new() { ["type"] = "boolean" }),
            ("optional", new() { ["type"] = "boolean" }),
            ("rack", Text("Where it is built in, for reports to the vendor")),
            ("model", Text("What it is, for reports, where the device does not say so itself")));
        device["allOf"] = new JsonArray([.. catalog.Manifests.Select(m => new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { ["driver"] = new JsonObject { ["const"] = m.Name } } },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["options"] = Options(m) } },
        })]);
        return device;
    }

    private static JsonObject Channel()
    {
        var channel = Object(["id", "kind"], ("id", Id()), ("kind", new() { ["enum"] = Words([.. ChannelReader.Kinds]) }));
        ((JsonObject)channel["properties"]!)["secret"] = Text(SecretReference.Form);
        foreach (var (name, what) in ChannelReader.Members) ((JsonObject)channel["properties"]!).TryAdd(name, what is null ? new JsonObject() : Text(what));
        return channel;
    }

    private static JsonObject Supplier() => Object(["id"], ("id", Id()), ("name", Names()), ("contact", Text("An id of \"contacts\"")), ("number", Text("The court's customer or contract number there")),
        ("contract", Date()), ("covers", List(Object(["device"], ("device", Text("ROOM/DEVICE")), ("warranty", Date()), ("contract", Date())))));

    private static JsonObject Port() => new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 65_535 };

    private static JsonObject Moment() => new() { ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$" };

    private static JsonObject Limit()
    {
        var limit = Object(["within"], ("within", Duration()), ("hours", new() { ["enum"] = Words("5x8", "24h", "7x24") }));
        limit["type"] = Words("object", "null");
        return limit;
    }

    private static JsonObject Probe(ProbeTable kinds)
    {
        var probe = Object(["id", "kind"],
            ("id", Id()),
            ("name", Names()),
            ("kind", new() { ["enum"] = Words([.. kinds.Kinds.Select(k => k.Name)]) }),
            ("target", Text("Where it looks, for example tcp://10.1.1.20:9990; each kind has its form")),
            ("device", Text("ROOM/DEVICE that it speaks of")),
            ("room", Text("Room that it speaks of")),
            ("branch", Text("Line, switch or power branch of \"network\" that it speaks of")),
            ("vendor", Text("An id of \"vendors\"")),
            ("carrier", Text("An id of \"carriers\"")),
            ("every", Duration()),
            ("within", Duration()),
            ("failures", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 20 }),
            ("secret", Text(SecretReference.Form)),
            ("options", new() { ["type"] = "object" }),
            ("limits", new() { ["type"] = "object", ["additionalProperties"] = Limits() }));
        probe["allOf"] = new JsonArray([.. kinds.Kinds.Select(k => new JsonObject
        {
            ["if"] = new JsonObject { ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = k.Name } } },
            ["then"] = new JsonObject { ["properties"] = new JsonObject { ["options"] = Options(k.Options), ["limits"] = new JsonObject { ["propertyNames"] = new JsonObject { ["enum"] = Words([.. k.Measures.Select(m => m.Name)]) } } } },
        })]);
        return probe;
    }

    private static JsonObject Limits()
    {
        var number = () => new JsonObject { ["type"] = "number" };
        return Object([], ("warnBelow", number()), ("warnAbove", number()), ("alarmBelow", number()), ("alarmAbove", number()), ("hysteresis", new() { ["type"] = "number", ["minimum"] = 0 }),
            ("lasts", Duration()), ("rise", Object(["by", "within"], ("by", number()), ("within", Duration()))), ("stuckFor", Duration()), ("critical", new() { ["type"] = "boolean" }));
    }

    private static JsonObject OwnDay() => Object(["name"], ("name", Text("What the court calls it")), ("date", Date()), ("from", Date()), ("to", Date()));

    private static JsonObject Rule() => Object([],
        ("cron", Text("minute hour day month weekday, with one time of day")),
        ("days", new() { ["enum"] = Words([.. ScheduleReader.FilterWords]) }),
        ("eveningBefore", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 30 }),
        ("morningAfter", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 30 }),
        ("at", Text("Time of day, for example 18:30")),
        ("beforeFirstHearing", Duration()),
        ("otherwise", Text("Time of day when the docket is not known, for example 07:30")));

    private static JsonObject Date() => new() { ["type"] = "string", ["pattern"] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" };

    private static JsonObject Layout()
    {
        var device = () => Text("A device of this room, or ROOM/DEVICE");
        return Object([],
            ("sources", List(Object(["name", "device", "input", "tags"], ("name", Text()), ("device", device()), ("input", new()), ("tags", List(Text())), ("mask", Mask())))),
            ("sinks", List(Object(["name", "device", "property", "blank", "tags"], ("name", Text()), ("device", device()), ("property", Text()), ("blank", new()), ("tags", List(Text())), ("home", Text())))),
            ("microphones", List(Object(["name", "device", "property"], ("name", Text()), ("device", device()), ("property", Text()), ("tags", List(Text())), ("to", List(Text())), ("mask", Mask())))),
            ("remote", List(Object(["name", "device"], ("name", Text()), ("device", device())))),
            ("streams", List(Object(["name", "device"], ("name", Text()), ("device", device())))),
            ("recorders", List(Object(["device", "role"], ("device", device()), ("role", new() { ["enum"] = Words("main", "backup") })))),
            ("codecs", List(device())),
            ("displays", List(device())),
            ("pausesFor", List(new() { ["enum"] = Words("recess", "deliberation", "closed-evidence", "mediation") })));
    }

    private static JsonObject Power() => Object([],
        ("use", new() { ["enum"] = Words([.. PowerReader.UseWords]) }),
        ("gap", Duration()),
        ("loads", List(Object(["id"],
            ("id", Text("A device of this room, or the name of a load that nobody speaks to")),
            ("kind", new() { ["enum"] = Words([.. PowerReader.KindWords]) }),
            ("feed", new() { ["description"] = "DEVICE/OUTLET or ROOM/DEVICE/OUTLET; a list for two power supplies" }),
            ("sources", List(Text("What sounds through an amplifier"))),
            ("cooling", Duration()), ("within", Duration()), ("inrush", Number()), ("standby", Number()),
            ("force", new() { ["type"] = "boolean" }), ("shared", new() { ["type"] = "boolean" })))));

    private static JsonObject Inspection() => Object([],
        ("profiles", List(Object(["id"], ("id", Id()), ("name", Names()), ("checks", List(new() { ["enum"] = Words([.. CheckWords.All]) })),
            ("manual", List(Object(["id"], ("id", Id()), ("name", Names()), ("per", new() { ["enum"] = Words([.. InspectionReader.PerWords]) }))))))),
        ("hours", List(Object(["work", "property", "limit"], ("work", Id()), ("name", Names()), ("property", Text("What the device tells its hours by, for example lamp-hours")),
            ("limit", Number()), ("driver", Text("Every device of this driver")), ("devices", List(Text("ROOM/DEVICE")))))),
        ("calls", List(Object(["device", "uri"], ("device", Text("ROOM/DEVICE")), ("uri", Text("A peer that takes test calls by itself"))))),
        ("presets", List(Object(["device", "test", "home"], ("device", Text("ROOM/DEVICE")), ("test", Preset()), ("home", Preset())))),
        ("recording", Object([], ("length", Duration()), ("floor", new() { ["type"] = "number", ["minimum"] = -120, ["maximum"] = 0 }))));

    private static JsonObject Preset() => new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 99 };

    private static JsonObject Number() => new() { ["type"] = "number", ["exclusiveMinimum"] = 0 };

    private static JsonObject Mask() => Object(["device", "property", "on", "off"], ("device", Text()), ("property", Text()), ("on", new()), ("off", new()));

    private static JsonObject Scene() => new()
    {
        ["type"] = "object",
        ["required"] = Words("id", "name", "targets"),
        ["description"] = "hearings.md tells the words",
        ["properties"] = new JsonObject { ["id"] = Id(), ["name"] = Names(), ["targets"] = List(new() { ["type"] = "object" }) },
    };

    private static string TypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Flag => "boolean",
        ValueKind.Integer => "integer",
        ValueKind.Number => "number",
        _ => "string",
    };

    private static JsonObject Object(string[] required, params (string Name, JsonObject Schema)[] members) => new()
    {
        ["type"] = "object",
        ["required"] = Words(required),
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject(members.Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Schema))),
    };

    private static JsonObject List(JsonObject item) => new() { ["type"] = "array", ["items"] = item };
    private static JsonObject MapOf(JsonObject value) => new() { ["type"] = "object", ["minProperties"] = 1, ["additionalProperties"] = value };
    private static JsonObject Id() => new() { ["type"] = "string", ["pattern"] = IdPattern };
    private static JsonObject Watch() => Object(["far", "peer", "key"], ("far", Text("Id of the court at the other end")), ("peer", Text("IP address and port of the far gateway's reflector")),
        ("key", Text(SecretReference.Form)), ("listen", Text("IP address and port of our own reflector; none when left out")),
        ("rate", new() { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = Operations.Lines.LinePlan.MostRate }), ("silentAfter", Duration()), ("loss", Number()), ("variation", Duration()),
        ("router", Text("IP address of our router")), ("carrierHop", Text("IP address of the carrier's first hop")), ("farRouter", Text("IP address of the far court's router")),
        ("port", Text("A probe of kind snmp-interface at the outer port of our router")), ("clock", Text("A probe of kind ntp")), ("farContact", Text("An id of \"contacts\": the far court's duty")));

    private static JsonObject Duration() => new() { ["type"] = "string", ["pattern"] = DurationPattern, ["description"] = Durations.Form };
    private static JsonObject Names() => Object(["zh", "en"], ("zh", Text()), ("en", Text()));

    private static JsonObject Text(string? description = null)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (description is not null) schema["description"] = description;
        return schema;
    }

    private static JsonArray Words(params string[] words) => [.. words.Select(w => (JsonNode)w)];
}
