using Dapr;
using Library.Defaults.Hosting;
using Library.Users;
using Library.Users.Accounts;

var builder = WebApplication.CreateBuilder(args);
builder.AddLibraryDefaults("user")
    .AddWriting()
    .Keeps(UserStore.Schema, (User user) => user.AsPublished());
var sidecar = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(DaprDefaults.GetDefaultHttpEndpoint(builder.Configuration)) };
if (DaprDefaults.GetDefaultDaprApiToken(builder.Configuration) is { Length: > 0 } token)
{
    sidecar.DefaultRequestHeaders.Add("dapr-api-token", token);
}

builder.Services.AddUsers(builder.Configuration, sidecar);

var app = builder.Build();
app.MapLibraryDefaults();
app.MapUsers();
app.Run();
