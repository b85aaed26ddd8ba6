using System.Net;
using Dapr;
using Dapr.Client;
using Library.Defaults.Web;
using Library.Gateway;

var builder = WebApplication.CreateBuilder(args);
builder.AddWeb("gateway", isPublic: true);
builder.Services.AddDaprClient();
builder.Services.AddOptions<GatewayOptions>().BindConfiguration("Gateway").ValidateDataAnnotations()
    .Validate(options => options.TrustedProxies.All(proxy => IPNetwork.TryParse(proxy, out _)), "Gateway:TrustedProxies has networks, such as 10.0.0.0/8.").ValidateOnStart();
builder.Services.AddGateway(new InvocationHandler { DaprEndpoint = DaprDefaults.GetDefaultHttpEndpoint(builder.Configuration) });

var app = builder.Build();
app.MapWeb();
app.MapGateway();
app.Run();
