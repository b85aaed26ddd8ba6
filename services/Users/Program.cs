using Library.Defaults.Hosting;
using Library.Defaults.Stores;
using Library.Users;
using Library.Users.Accounts;
using Library.Users.Passwords;

var builder = WebApplication.CreateBuilder(args);
builder.AddLibraryDefaults("user")
    .AddWriting()
    .Keeps(UserStore.Schema, (User user) => user.AsPublished());
builder.Services.AddSingleton(Admins.Schema).AddSingleton<Documents<Admins>>();
builder.Services.AddSingleton(Credential.Schema).AddSingleton<Documents<Credential>>();
builder.Services.AddScoped<UserStore>();

var app = builder.Build();
app.MapLibraryDefaults();
app.MapUsers();
app.Run();
