using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AvGateway.Simulator.Devices.Control;
using AvGateway.Simulator.Devices.Courts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AvGateway.Simulator.Tests;

/// <summary>The control API over real HTTP.</summary>
public sealed class ControlApiTests : IAsyncLifetime
{
    private SimulatedCourt _court = null!;
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _court = await TcpLinkTests.OneMatrix();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrelOnLoopback();
        _app = builder.Build();
        _app.MapSimulatorControl(_court);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _http = new() { BaseAddress = new(address) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _court.DisposeAsync();
    }

    [Fact]
    public async Task Devices_are_listed_with_protocol_and_link()
    {
        var list = await Get("/devices");

        var device = Assert.Single(list.AsArray())!;
        Assert.Equal("court-1/matrix", (string?)device["id"]);
        Assert.Equal("videohub", (string?)device["protocol"]);
        Assert.StartsWith("tcp://127.0.0.1:", (string?)device["link"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_front_panel_act_shows_in_the_state_and_in_the_trace()
    {
        using var client = await TcpClientPeer.ConnectAsync(_court.Devices[0].Link.Uri);
        await client.HearAsync("END PRELUDE:\n\n");
        var last = (long)(await Get("/devices/court-1/matrix/trace")).AsArray()[^1]!["number"]!;

        using var done = await _http.PostAsJsonAsync("/devices/court-1/matrix/front-panel",
            new { verb = "route", args = new { output = 2, input = 0 } }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("VIDEO OUTPUT ROUTING:\n2 0\n\n", await client.HearAsync("2 0\n\n"));
        Assert.Equal(0, (int?)(await Get("/devices/court-1/matrix"))["state"]!["routing"]![2]);
        var frames = (await Get($"/devices/court-1/matrix/trace?since={last}")).AsArray();
        Assert.Equal(["sent", "note"], frames.Select(frame => (string?)frame!["direction"]));
        Assert.Equal(@"VIDEO OUTPUT ROUTING:\n2 0\n\n", (string?)frames[0]!["text"]);
        Assert.Equal(last + 1, (long)frames[0]!["number"]!);
    }

    [Fact]
    public async Task A_switch_is_set_read_and_reset()
    {
        using var set = await Put("switches/delay", "\"200ms\"");

        Assert.Equal("""{"name":"delay","value":"200ms"}""", await set.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("200ms", (string?)(await Get("/devices/court-1/matrix"))["switches"]!["delay"]);
        using var reset = await _http.PostAsync(new Uri("/reset", UriKind.Relative), null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        Assert.Equal("0s", (string?)(await Get("/devices/court-1/matrix"))["switches"]!["delay"]);
    }

    [Theory]
    [InlineData("PUT", "/devices/court-1/matrix/switches/mutes", "true", 404, "mute")]
    [InlineData("PUT", "/devices/court-9/matrix/switches/mute", "true", 404, "court-1/matrix")]
    [InlineData("PUT", "/devices/court-1/matrix/switches/mute", "\"on\"", 422, null)]
    [InlineData("PUT", "/devices/court-1/matrix/switches/mute", "tru", 400, null)]
    [InlineData("POST", "/devices/court-1/matrix/front-panel", """{"verb":"sing"}""", 422, "route")]
    [InlineData("POST", "/devices/court-1/matrix/front-panel", """{"verb":"route","args":{"output":3,"input":0}}""", 422, null)]
    [InlineData("POST", "/devices/court-1/matrix/front-panel", """{"verb":"route","args":{"out":1,"input":0}}""", 422, "output")]
    [InlineData("POST", "/devices/court-1/matrix/front-panel", """{"verb":"route","arg":{}}""", 422, null)]
    [InlineData("POST", "/devices/court-1/matrix/front-panel", "[]", 422, "route")]
    [InlineData("GET", "/devices/court-1/matrix/trace?since=x", null, 400, null)]
    [InlineData("GET", "/devices/court-1/matrx", null, 404, "court-1/matrix")]
    public async Task Bad_input_gets_the_place_and_the_remedy(string method, string path, string? body, int status, string? known)
    {
        using var request = new HttpRequestMessage(new(method), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };

        using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
        Assert.False(string.IsNullOrEmpty((string?)problem["place"]));
        Assert.False(string.IsNullOrEmpty((string?)problem["remedy"]));
        if (known is not null) Assert.Contains(known, problem["known"]!.AsArray().Select(name => (string?)name));
    }

    [Fact]
    public async Task A_body_that_is_not_declared_as_json_is_refused()
    {
        using var answer =
            await _http.PutAsync(new Uri("/devices/court-1/matrix/switches/mute", UriKind.Relative), new StringContent("true"),
            TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.False((bool?)(await Get("/devices/court-1/matrix"))["switches"]!["mute"]);
    }

    [Fact]
    public async Task The_description_and_the_routes_are_the_same()
    {
        var description = await Get("/openapi.json");
        var described = from path in description["paths"]!.AsObject()
                        from operation in path.Value!.AsObject()
                        where operation.Key != "parameters"
                        select $"{operation.Key.ToUpperInvariant()} {path.Key}";

        var mapped = from endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                     from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                     select $"{method} {endpoint.RoutePattern.RawText}";
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    private async Task<JsonNode> Get(string path) =>
        (await _http.GetFromJsonAsync<JsonNode>(path, TestContext.Current.CancellationToken).InTime())!;

    private Task<HttpResponseMessage> Put(string path, string json) => _http.PutAsync(
        new Uri("/devices/court-1/matrix/" + path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"),
        TestContext.Current.CancellationToken);
}

file static class LoopbackKestrel
{
    public static void ConfigureKestrelOnLoopback(this ConfigureWebHostBuilder host) =>
        Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.ConfigureKestrel(
            host, options => options.Listen(IPAddress.Loopback, 0));
}
