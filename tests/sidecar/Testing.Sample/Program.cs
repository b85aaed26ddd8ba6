using Testing.Sample;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddNotes();

var app = builder.Build();
app.MapNotes();
await app.RunAsync();
