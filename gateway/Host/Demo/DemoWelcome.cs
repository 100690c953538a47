using AvGateway.Host.Hosting;

namespace AvGateway.Host.Demo;

/// <summary>What the demo tells a person in the terminal: where things are, and a line to try that works as it stands.</summary>
internal static class DemoWelcome
{
    /// <param name="isTemporary">The data directory goes when the demo ends.</param>
    public static string Text(ReadyLine ready, DemoSite demo, string password, bool isTemporary)
    {
        var program = Program();
        var url = $"mqtt://engineer:{password}@{ready.Mqtt}";
        var added = string.Concat(demo.Added.Select(d => Environment.NewLine + (d.IsSimulated
            ? Texts.Say($"  已加入 {d.Id}，模拟设备在 {d.Link}", $"  Added {d.Id}, simulated at {d.Link}")
            : Texts.Say($"  已加入 {d.Id}，此处没有它的模拟器，请自行在 {d.Link} 运行", $"  Added {d.Id}; there is no simulator for it here, so run its own at {d.Link}"))));
        return Texts.Say(
            $"""

            示例法院已启动：两个审判庭和一个机房，{demo.Court.Devices.Count} 台模拟设备，均在真实协议上运行。{added}

              健康状况     {ready.Http}/health/ready
              运行指标     {ready.Http}/metrics
              模拟设备     {ready.Simulators}/devices   （接口说明 {ready.Simulators}/openapi.json）
              MQTT         {ready.Mqtt}   WebSocket {ready.Http.Replace("http", "ws", StringComparison.Ordinal)}/mqtt
              用户与密码   {Path.Combine(ready.Data, "credentials.json")}

            请在另一个终端中试一试：

              {program} ctl --url {url} do court-1/matrix route input=3 output=5
              {program} ctl --url {url} watch court-1

            按 Ctrl+C 停止{(isTemporary ? "；演示数据随之删除" : "")}。

            """,
            $"""

            The example court is up: two courtrooms and a machine room, {demo.Court.Devices.Count} simulated devices on their real wires.{added}

              health       {ready.Http}/health/ready
              metrics      {ready.Http}/metrics
              simulators   {ready.Simulators}/devices   (described at {ready.Simulators}/openapi.json)
              MQTT         {ready.Mqtt}   WebSocket {ready.Http.Replace("http", "ws", StringComparison.Ordinal)}/mqtt
              users        {Path.Combine(ready.Data, "credentials.json")}

            Try in another terminal:

              {program} ctl --url {url} do court-1/matrix route input=3 output=5
              {program} ctl --url {url} watch court-1

            Ctrl+C stops it{(isTemporary ? "; the demo's data goes with it" : "")}.

            """);
    }

    // Under "dotnet run" the program is the built executable; under "dotnet avgateway.dll" it is the runtime.
    private static string Program()
    {
        var path = Environment.ProcessPath ?? "avgateway";
        var isRuntime = Path.GetFileNameWithoutExtension(path).Equals("dotnet", StringComparison.OrdinalIgnoreCase);
        return isRuntime ? $"dotnet {Path.Combine(AppContext.BaseDirectory, "avgateway.dll")}" : path;
    }
}
