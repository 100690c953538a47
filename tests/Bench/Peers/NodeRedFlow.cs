using System.Globalization;
using System.Text.Json;
using AvGateway.Bench.Farm;

namespace AvGateway.Bench.Peers;

/// <summary>mqtt in → function → tcp request (stays connected) → function → mqtt out, and an inject that polls.</summary>
internal static class NodeRedFlow
{
    // The function that every sending node begins with: which host is device i.
    private const string Host = "const hostOf = i => { const n = Math.floor(i / 250); return '127.' + (64 + Math.floor(n / 250)) + '.' + (n % 250) + '.' + (i % 250 + 1); };\n";

    private const string Command = Host + """
        const level = msg.topic.split('/');
        const device = +level[1];
        return { device, host: hostOf(device), port: PORT, payload: 'VIDEO OUTPUT ROUTING:\n' + level[3] + ' ' + msg.payload + '\n\n' };
        """;

    private const string Poll = Host + """
        for (let device = 0; device < COUNT; device++) node.send({ device, host: hostOf(device), port: PORT, payload: 'PING:\n\n' });
        """;

    private const string Parse = """
        const all = context.get('all') || new Map();
        if (all.size === 0) context.set('all', all);
        let known = all.get(msg.device);
        if (!known) all.set(msg.device, known = { text: '', route: {}, online: false });
        const out = [];
        if (msg.error) {
          known.text = '';
          if (known.online) out.push({ topic: 'av/' + msg.device + '/online', payload: '0' });
          known.online = false;
          return [out];
        }
        known.text += msg.payload;
        for (let end; (end = known.text.indexOf('\n\n')) >= 0;) {
          const lines = known.text.slice(0, end).split('\n');
          known.text = known.text.slice(end + 2);
          if (lines[0] === 'VIDEO OUTPUT ROUTING:') {
            for (const line of lines.slice(1)) {
              const [output, input] = line.split(' ');
              if (known.route[output] === input) continue;
              known.route[output] = input;
              out.push({ topic: 'av/' + msg.device + '/out/' + output, payload: input });
            }
          } else if (lines[0] === 'END PRELUDE:') {
            known.online = true;
            out.push({ topic: 'av/' + msg.device + '/online', payload: '1' });
          }
        }
        return [out];
        """;

    public static string Write(int devices, int brokerPort, TimeSpan pollEvery)
    {
        object[] nodes =
        [
            new { id = "tab", type = "tab", label = "bridge" },
            new
            {
                id = "broker", type = "mqtt-broker", broker = "127.0.0.1", port = Number(brokerPort), clientid = "nodered", autoConnect = true,
                protocolVersion = "4", keepalive = "60", cleansession = true,
            },
            new { id = "in", type = "mqtt in", z = "tab", topic = "av/+/out/+/set", qos = "0", datatype = "utf8", broker = "broker", wires = To("command") },
            Function("command", Command, devices, "tcp"),
            new { id = "start", type = "inject", z = "tab", props = None, repeat = "", once = true, onceDelay = 0.1, wires = To("poll") },
            new { id = "every", type = "inject", z = "tab", props = None, repeat = Number((int)pollEvery.TotalSeconds), once = false, wires = To("poll") },
            Function("poll", Poll, devices, "tcp"),
            new { id = "tcp", type = "tcp request", z = "tab", server = "", port = "", @out = "sit", ret = "string", splitc = " ", newline = "", wires = To("parse") },
            new { id = "lost", type = "catch", z = "tab", scope = new[] { "tcp" }, uncaught = false, wires = To("parse") },
            Function("parse", Parse, devices, "out"),
            new { id = "out", type = "mqtt out", z = "tab", topic = "", qos = "0", retain = "true", broker = "broker", wires = None },
        ];
        return JsonSerializer.Serialize(nodes);
    }

    public static string Settings(int port) =>
        $$"""
        module.exports = { uiPort: {{Number(port)}}, uiHost: '127.0.0.1', httpAdminRoot: false, httpNodeRoot: false, flowFile: 'flows.json',
          telemetry: { enabled: false, updateNotification: false }, logging: { console: { level: 'error' } }, externalModules: { autoInstall: false } };
        """;

    private static object[] None => [];

    private static object Function(string id, string code, int devices, string to) => new
    {
        id,
        type = "function",
        z = "tab",
        outputs = 1,
        libs = None,
        wires = To(to),
        func = code.Replace("COUNT", Number(devices), StringComparison.Ordinal).Replace("PORT", Number(DeviceFarm.Port), StringComparison.Ordinal),
    };

    private static string[][] To(string node) => [[node]];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
