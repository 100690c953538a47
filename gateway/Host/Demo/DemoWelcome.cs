using AvGateway.Host.Hosting;

namespace AvGateway.Host.Demo;

/// <summary>What the demo tells a person in the terminal: where things are, and a line to try that works as it stands.</summary>
internal static class DemoWelcome
{
    /// <param name="isTemporary">The data directory goes when the demo ends.</param>
    public static string Text(ReadyLine ready, string password, bool isTemporary)
    {
        var program = Program();
        var url = $"mqtt://engineer:{password}@{ready.Mqtt}";
        return Texts.Say(
            $"""

            示例法院已启动：两个审判庭和一个机房，8 台模拟设备，均在真实协议上运行。

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

            The example court is up: two courtrooms and a machine room, eight simulated devices on their real wires.

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
